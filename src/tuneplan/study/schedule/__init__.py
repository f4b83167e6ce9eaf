"""When it ships, how sure that is, who waits for whom, and what one more of each would change."""

from __future__ import annotations
