"""Security of the stacks that a fleet uses, as checkov judges it: findings at lines of the stacks' files."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from cellwright.app.session.session import FleetSession
from cellwright.checks.security.checkov import LONGEST, find_checkov, judge
from cellwright.checks.security.report import Finding, Report
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, warning
from cellwright.model.position import Position
from cellwright.stacks.source.tree import StackTree

_SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")
_NOT_APPLIED = frozenset({"example", "examples", "tests"})
"""Folders of a module that no unit runs."""


@dataclass(frozen=True, slots=True)
class StackFiles:
    """The Terraform files of stacks, copied side by side into a folder, and where each of them is from."""

    folder: Path
    places: dict[str, str] = field(default_factory=dict)
    """What each copy, by its path, is shown as."""

    def add(self, tree: StackTree, root: Path) -> None:
        """Copy a stack's files; those within `root` are shown relative to it."""
        place = self.folder / tree.digest
        for file in tree.files:
            path = PurePosixPath(file.path)
            if path.name.endswith(_SUFFIXES) and not _NOT_APPLIED.intersection(path.parts[:-1]):
                copy = place / path
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.source, copy)
                self.places[str(copy)] = _shown(tree, file.path, file.source, root)

    def at(self, path: str, line: int = 1) -> Position:
        """Give the place of a copy's line."""
        return Position(self.places.get(os.path.realpath(path), path), line)


def security_findings(session: FleetSession, longest: float = LONGEST) -> tuple[Diagnostic, ...]:
    """Judge every stack that an enabled unit uses; sorted by place.

    Raises:
        DiagnosticError: checkov is not there, or has judged nothing.
    """
    snapshot = session.snapshot()
    program = find_checkov(session.environment)
    with tempfile.TemporaryDirectory(prefix="cellwright-security-") as made:
        files = StackFiles(Path(os.path.realpath(made)))
        for pin in sorted(snapshot.fleet.units.pins(), key=lambda pin: (pin.source, pin.version or "")):
            # One that can't be read is a finding of the fleet already.
            with suppress(DiagnosticError):
                files.add(snapshot.stacks.catalogue.tree(pin), session.root)
        if not files.places:
            return ()
        return judged(program, files, session.environment, longest)


def judged(
    program: str, files: StackFiles, environment: Mapping[str, str], longest: float = LONGEST
) -> tuple[Diagnostic, ...]:
    """Judge files that lie there; sorted by place.

    Raises:
        DiagnosticError: checkov has judged nothing.
    """
    report = judge(program, files.folder, environment, longest)
    return tuple(sorted(set(_diagnostics(report, files)), key=lambda found: (found.position, found.summary)))


def _diagnostics(report: Report, files: StackFiles) -> Iterator[Diagnostic]:
    for finding in report.failed:
        skip = f"#checkov:skip={finding.rule}:WHY"
        advice = f"mend it, or say in the resource why it is right: {skip}"
        yield error(_says(finding), advice, files.at(finding.file, finding.line))
    for finding in report.skipped:
        if not finding.reason:
            said = f"{finding.resource} skips {finding.rule} and doesn't say why"
            position = files.at(finding.file, finding.line)
            yield error(said, f"write the reason behind it: #checkov:skip={finding.rule}:WHY", position)
    for unjudged in report.unjudged:
        said = f"{unjudged.resource} could not be judged by {unjudged.rule}: checkov failed at it"
        yield warning(said, "look at it yourself, and skip the rule there", _file(unjudged.file, files))
    for path in report.unread:
        yield error("checkov can't read this file", "nothing is known of its security", _file(path, files))


def _says(finding: Finding) -> str:
    wanted = finding.title.removeprefix("Ensure ").removeprefix("that ")
    return f"{finding.resource}: {wanted} ({finding.rule})"


def _file(path: str, files: StackFiles) -> Position:
    """Give the place of a file that checkov names from the folder that it was given."""
    return files.at(path if path.startswith(f"{files.folder}/") else f"{files.folder}{path}")


def _shown(tree: StackTree, path: str, source: Path, root: Path) -> str:
    if tree.commit is not None:
        return f"{tree.label}/{path}"
    return str(source.relative_to(root)) if source.is_relative_to(root) else str(source)
