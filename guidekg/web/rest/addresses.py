"""What stands where."""

API = "/api"
OPENAPI = "/api/openapi.json"
QUESTIONS = "/api/questions"
VALIDATE = "/api/validate"
