"""Judge what a person pasted or uploaded, and show what was found beside their own text.

A worker does it (``guidekg.web.handlers.judging``); the page puts the pieces into its frame.
"""
