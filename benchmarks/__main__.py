"""Print every measurement, or those named: ``python -m benchmarks [opening] [questions] [validation] [scale] [server] [pages]``."""

from __future__ import annotations

import sys

from benchmarks import opening, pages, questions, scale, server, validation

PARTS = {
    "opening": opening.main,
    "questions": questions.main,
    "validation": validation.main,
    "scale": scale.main,
    "server": server.main,
    "pages": pages.main,
}


def main() -> int:
    """Run the parts."""
    asked = sys.argv[1:] or list(PARTS)
    if unknown := set(asked) - set(PARTS):
        print(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
        return 2
    for name in asked:
        PARTS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main())
