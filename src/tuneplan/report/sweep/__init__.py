"""What is said of a sweep: while it runs, and once it is kept as a page, as JSON and as rows."""

from tuneplan.report.sweep.figures import content, rows
from tuneplan.report.sweep.pages import page

__all__ = ["content", "page", "rows"]
