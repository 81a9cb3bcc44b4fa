"""The API under ``/api``: questions and validation for programs, described by OpenAPI."""

API = "/api"
OPENAPI = "/api/openapi.json"
QUESTIONS = "/api/questions"
VALIDATE = "/api/validate"
PATHS = (API, OPENAPI, QUESTIONS, VALIDATE)
