"""Competency questions: one `.rq` file each."""

from guidekg.questions.question import Answer, Question, Questions, Row

__all__ = ["Answer", "Question", "Questions", "Row"]
