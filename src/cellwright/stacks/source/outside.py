"""Finds what a stack's code names beside its folder, so that it comes along: `../shared/policy.json`."""

import glob
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, warning
from cellwright.stacks.reading.module import WILD, NamedPath, TerraformModule
from cellwright.stacks.source.folder import FoundFile, find_file, find_files, is_left_out
from cellwright.stacks.source.links import is_in

_MOST_MATCHES = 1000


@dataclass(slots=True)
class OutsideFiles:
    """Files and folders outside of the folders that a stack consists of, within its repository."""

    root: str
    """The root module's folder."""
    limit: str
    """Nothing outside of this folder comes along."""
    inside: tuple[str, ...]
    """The folders whose files are there anyway."""
    files: dict[str, FoundFile] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    """Folders that must be there for the paths to lead where they lead."""
    findings: list[Diagnostic] = field(default_factory=list)

    def find(self, modules: Mapping[str, TerraformModule]) -> None:
        """Look up all paths in the modules, which are given by folder."""
        for folder, module in modules.items():
            for named in module.paths:
                try:
                    self._find(self.root if named.from_root else folder, named)
                except DiagnosticError as fault:
                    # The code may never read it, so the stack is not refused for it.
                    reason = "; ".join(
                        str(item.position or "") + " " + item.summary for item in fault.diagnostics
                    )
                    self._warn(named, f"it can't be brought along: {reason}")

    def _find(self, start: str, named: NamedPath) -> None:
        steps = named.path.split("/")
        known = next((place for place, step in enumerate(steps) if WILD.search(step)), len(steps))
        place = os.path.normpath(f"{start}/{'/'.join(steps[:known])}")
        if any(is_in(place, folder) for folder in self.inside) or any(map(is_left_out, steps)):
            return
        if not is_in(place, self.limit):
            if os.path.lexists(place):
                self._warn(named, "it lies outside of the stack's repository")
            return
        if is_in(self.root, place):
            self._find_above(place, steps[known:], named)
            return
        if Path(place).is_dir():
            found = (item for item in find_files(place) if isinstance(item, FoundFile))
            self._add(start, place, {item.source: item for item in found})
        elif Path(place).is_file():
            self._add(start, place, {place: find_file(place)})

    def _find_above(self, place: str, wild: list[str], named: NamedPath) -> None:
        """Look up a path that begins in a folder above the stack's: there not everything can come along."""
        if not wild:
            return  # what most such paths are for is to be the beginning of another one
        if "**" in wild or wild[-1] == "*":
            self._warn(
                named, "which files of a folder above the stack's it names can't be told before it runs"
            )
            return
        for match in _matches(place, wild):
            if not any(is_in(match, folder) for folder in self.inside):
                self._add(place, match, {match: find_file(match)})

    def _add(self, start: str, place: str, files: Mapping[str, FoundFile]) -> None:
        self.files.update(files)
        self.reached.add(os.path.commonpath((start, str(Path(place).parent))))

    def _warn(self, named: NamedPath, why: str) -> None:
        summary = f"what the stack's code calls {named.path} is not brought along: {why}"
        advice = "put it into the stack's folder, or into a module that the stack calls"
        self.findings.append(warning(summary, advice, named.position))


def repository_of(folder: str) -> str | None:
    """Give the folder of the repository, the outermost one, in which a folder lies; None if it is in none."""
    above = [folder, *map(str, Path(folder).parents)]
    return next((place for place in reversed(above) if os.path.lexists(f"{place}/.git")), None)


def _matches(place: str, wild: list[str]) -> Iterator[str]:
    found = glob.iglob("/".join((glob.escape(place), *wild)), include_hidden=True)  # noqa: PTH207 -- strings
    for number, match in enumerate(path for path in found if Path(path).is_file()):
        if number < _MOST_MATCHES and not any(map(is_left_out, os.path.relpath(match, place).split("/"))):
            yield match
