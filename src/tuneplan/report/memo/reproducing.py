"""How to make the same memo again, and how to look further."""

from __future__ import annotations

import shlex

from tuneplan.evidence.findings import Findings
from tuneplan.report.document.blocks import Block, Code, Paragraph, Section
from tuneplan.report.memo.pictures import Pictures
from tuneplan.report.memo.wording import counted
from tuneplan.report.words import plain
from tuneplan.scenario.identity import fingerprint
from tuneplan.version import __version__


def section(findings: Findings, pictures: Pictures) -> Section:
    """Command, hash, seed, draws, version, changes."""
    run = findings.run
    asked, design = run.asked, run.design
    changes = "; ".join(plain(each) for each in asked.changes)
    learned = "" if asked.calibration is None else f" Calibrated on {asked.calibration.pilots} pilots of {plain(asked.calibration.file)}."
    blocks: list[Block] = [
        Code("\n".join(commands(findings, pictures.file))),
        Paragraph(
            f"Scenario {plain(asked.name)}, file {plain(asked.file) or 'none'}, hash {fingerprint(asked)}; {counted(design.draws)}, seed {design.seed}; tuneplan {__version__}; "
            f"set of overrides: {plain(asked.chosen) or 'none'}; changes: {changes or 'none'}.{learned}"
        ),
        Paragraph("Equal files, changes, draws and seed give equal numbers on every machine. The hash names what the scenario means: it changes when any number or choice does, not with titles, notes or layout."),
    ]
    return Section(title="How to reproduce", anchor="reproduce", blocks=tuple(blocks))


def commands(findings: Findings, file: str = "memo.html") -> list[str]:
    """The command that makes this memo, and those that answer what comes next.

    Parameters
    ----------
    file
        Name of the memo, without its folder.

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
    return [f"simulate memo {same} -o {shlex.quote(file)}", f"simulate explain {shlex.quote(options[0])} KEY    # where one number comes from"]
