"""``simulate frontier``: cost against quality, as a page, as JSON and as rows."""

from tuneplan.report.frontier.curves import content, rows
from tuneplan.report.frontier.pages import page

__all__ = ["content", "page", "rows"]
