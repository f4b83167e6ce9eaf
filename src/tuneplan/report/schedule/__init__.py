"""``simulate schedule``: when it ships, as a page, as JSON and as rows."""

from tuneplan.report.schedule.events import event_rows
from tuneplan.report.schedule.figures import content, rows
from tuneplan.report.schedule.pages import page

__all__ = ["content", "event_rows", "page", "rows"]
