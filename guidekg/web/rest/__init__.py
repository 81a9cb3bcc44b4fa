"""The API under ``/api``: questions and validation for programs, described by OpenAPI.

The front reads a request and its limits; what is said comes from workers (``guidekg.web.tasks``).
"""
