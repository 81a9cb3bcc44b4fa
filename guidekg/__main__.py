"""``python -m guidekg``: the command line."""

from guidekg.cli import main

if __name__ == "__main__":
    main()
