"""When it ships: data is collected by people, models are trained, checked and deployed, and each waits for the others.

The whole of a project is two rooms. In the first, annotators and reviewers work through batches
of examples (``collecting``); in the second, engineers, GPUs and judges work through models
(``shipping``). Both are recursions over arrays: every draw of a run has its own project, and all
projects move on together. ``tuneplan.study.schedule`` simulates the same projects event by event, and tests
hold that both give the same dates.
"""

from __future__ import annotations
