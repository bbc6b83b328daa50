"""What must not be where units run on several machines: they share only what is committed and named."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from cellwright.artifacts.opening import is_everywhere
from cellwright.fleet.config.settings import Configuration
from cellwright.fleet.fleet import Fleet
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position
from cellwright.stacks.source.address import LocalSource, parse_source

_NOWHERE = Position("")
_WHY = "`workers: many` says that units run on several machines"


def with_worker_findings(fleet: Fleet, configuration: Configuration) -> Fleet:
    """Give a fleet of many workers with each thing as a finding that only one machine has."""
    found = (*fleet.diagnostics, *_findings(fleet.root, configuration))
    ordered = sorted(found, key=lambda item: (item.position or _NOWHERE, item.summary))
    return replace(fleet, diagnostics=tuple(ordered))


def _findings(root: Path, configuration: Configuration) -> Iterator[Diagnostic]:
    if configuration.backend == "local":
        yield error(
            f"{_WHY}, and states of the backend `local` lie on one",
            "name a backend that all of them reach under `state`, such as s3 or http, or set `workers: one`",
            configuration.backend_position,
        )
    if configuration.artifacts is not None and not is_everywhere(configuration.artifacts.url):
        yield error(
            f"{_WHY}, and the folder '{configuration.artifacts.url}' is another one on each",
            "give the whole path of a folder that all of them reach, or a URL such as s3://bucket/prefix",
            Position("fleet.yaml"),
        )
    top = _work_tree(root)
    if top is None:
        yield error(
            f"{_WHY}, and {root} is not in a git repository",
            "workers get the fleet from one: put it under git, or set `workers: one`",
            Position("fleet.yaml"),
        )
        return
    for level in configuration.levels:
        for stack in level.stacks.values():
            with suppress(DiagnosticError):  # what is no source is a finding of its own
                source = parse_source(stack.source, stack.version)
                if isinstance(source, LocalSource) and not _is_within(root / source.path, top):
                    yield error(
                        f"{_WHY}, and the stack '{stack.name}' lies outside of the repository",
                        "move it into the repository, or name a git repository as its source",
                        stack.position,
                    )


def _work_tree(root: Path) -> Path | None:
    absolute = root.absolute()
    return next((place for place in (absolute, *absolute.parents) if (place / ".git").exists()), None)


def _is_within(path: Path, top: Path) -> bool:
    return path.resolve().is_relative_to(top.resolve())
