"""What a run found, and the forms in which it is written: thin views of one model."""

from guidekg.reports.base import Writer
from guidekg.reports.report import WRITERS, Report, write, write_run

__all__ = ["WRITERS", "Report", "Writer", "write", "write_run"]
