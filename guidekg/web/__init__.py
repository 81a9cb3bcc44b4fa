"""The web server: a SPARQL endpoint that cannot be hung, a REST API, and the pages.

A front process speaks HTTP, and knows no engine. Workers, which hold the guides, answer; one that
takes too long is ended, and another stands ready. ``create_app`` is for a server of one's own.
"""

from guidekg.web.app import create_app
from guidekg.web.settings import Limits

__all__ = ["Limits", "create_app"]
