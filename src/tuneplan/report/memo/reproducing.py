"""How to make the same memo again, and how to look further."""

from __future__ import annotations

import shlex

from tuneplan.evidence.findings import Findings
from tuneplan.report.document.blocks import Block, Code, Paragraph, Section
from tuneplan.report.memo.pictures import Pictures
from tuneplan.report.tables import Table
from tuneplan.report.words import plain
from tuneplan.scenario.identity import fingerprint
from tuneplan.version import __version__


def section(findings: Findings, pictures: Pictures) -> Section:
    """Command, hash, seed, draws, version, changes."""
    run = findings.run
    asked, design = run.asked, run.design
    rows = [
        ("scenario", plain(asked.name)), ("file", plain(asked.file) or "none: typed in a notebook"), ("hash", fingerprint(asked)), ("draws", str(design.draws)),
        ("seed", str(design.seed)), ("version", f"tuneplan {__version__}"), ("set of overrides", plain(asked.chosen) or "none"),
        ("changes", "; ".join(plain(each) for each in asked.changes) or "none"),
    ]  # fmt: skip
    if asked.calibration is not None:
        rows.append(("calibrated", f"on {asked.calibration.pilots} pilots of {plain(asked.calibration.file)}"))
    blocks: list[Block] = [
        Paragraph("Equal files, changes, draws and seed give equal numbers on every machine. The hash names what the scenario means: it changes when any number or choice does, and not with titles, notes or layout."),
        Code("\n".join(commands(findings))),
        Table(title="From what this was made", head=("what", "value"), rows=tuple(rows), flowing=True),
    ]
    return Section(title="How to reproduce", anchor="reproduce", blocks=tuple(blocks))


def commands(findings: Findings) -> list[str]:
    """The command that makes this memo, and those that answer what comes next.

    Notes
    -----
    Quoted for a shell: a file name or a change may hold blanks, dollars and quotes.
    """
    run = findings.run
    options = [run.asked.file or "SCENARIO.yaml"]
    for change in run.asked.changes:
        options += ["--set", change]
    if run.asked.chosen:
        options += ["--scenario", run.asked.chosen]
    same = shlex.join([*options, "--draws", str(run.design.draws), "--seed", str(run.design.seed)])
    return [f"simulate memo {same} -o memo.html", f"simulate explain {shlex.quote(options[0])} KEY    # where one number comes from"]
