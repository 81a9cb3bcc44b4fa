"""Competency questions: one `.rq` file each."""

from guidekg.questions.question import Answer, Cell, Question, Questions, Row

__all__ = ["Answer", "Cell", "Question", "Questions", "Row"]
