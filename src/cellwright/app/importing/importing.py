"""Makes a fleet of a tree of another tool: all files in one go, or none."""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from cellwright.app.importing.declared import with_declared_inputs
from cellwright.app.importing.judging import judged_fleet
from cellwright.app.importing.open_secrets import read_closed
from cellwright.files.errors import file_errors
from cellwright.files.user_cache import open_fleet_cache
from cellwright.foreign.atmos.tree import read_atmos
from cellwright.foreign.fleet_files import WrittenFleet
from cellwright.foreign.plain import read_plain
from cellwright.foreign.sources import SourceMap
from cellwright.foreign.terragrunt.tree import read_terragrunt
from cellwright.foreign.tree import ForeignTree
from cellwright.model.diagnostic import DiagnosticError, error

ReadsTree = Callable[[Path, Mapping[str, str], SourceMap, Callable[[str], bool]], ForeignTree]
TOOLS: Mapping[str, ReadsTree] = {
    "terraform": lambda folder, _environment, _sources, _is_secret: read_plain(folder),
    "terragrunt": read_terragrunt,
    "atmos": read_atmos,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """Which tree, and where the fleet is to be."""

    tool: str
    folder: Path
    to: Path
    source_map: Sequence[str] = ()
    """`FROM=TO`: what is taken in place of a repository of modules."""
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFleet:
    """What was written, or would be."""

    tool: str
    folder: Path
    to: Path
    fleet: WrittenFleet
    done: bool


def import_fleet(request: ImportRequest, environment: Mapping[str, str]) -> ImportedFleet:
    """Read the tree, and write the fleet; nothing of the tree is changed.

    Raises:
        DiagnosticError: the tree can't be read (all faults), it has no units, or the target is not empty.
    """
    folder, to = request.folder.resolve(), Path(os.path.abspath(request.to))  # noqa: PTH100  links stay
    if not folder.is_dir():
        raise DiagnosticError(error(f"{request.folder} is no folder", "name the tree's folder"))
    _refuse_full(to)
    sources = SourceMap.parsed(request.source_map, Path())
    if sources.entries and request.tool == "terraform":
        advice = "leave it out: the modules that code calls are found by Terraform itself"
        raise DiagnosticError(error("--source-map is for terragrunt and atmos", advice))
    tree, secrets = read_closed(partial(TOOLS[request.tool], folder, environment, sources), environment)
    if not tree.units:
        raise DiagnosticError(*tree.notes, error(f"{request.folder} has no units", "name the tree's root"))
    cache = open_fleet_cache(environment, folder)
    cache = open_fleet_cache(environment, folder)
    tree = with_declared_inputs(tree, folder, cache, environment, secrets)
    fleet = judged_fleet(tree, folder.name, to.parent.resolve() / to.name, cache, environment)
    if not request.dry_run:
        _write(to, fleet.files)
    return ImportedFleet(tool=request.tool, folder=folder, to=to, fleet=fleet, done=not request.dry_run)


def _refuse_full(to: Path) -> None:
    if to.exists() and (not to.is_dir() or any(item.name != ".git" for item in to.iterdir())):
        raise DiagnosticError(error(f"{to} is not an empty folder", "name a new one: --to DIR"))


def _write(to: Path, files: Mapping[str, str]) -> None:
    """Write all files beside the target, then move them there at once."""
    with file_errors(f"{to} can't be written"):
        to.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(mkdtemp(prefix=f".{to.name}.", dir=to.parent))
        try:
            beside.chmod(0o755)
            for path, text in files.items():
                file = beside / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            if (to / ".git").exists():
                (to / ".git").rename(beside / ".git")
            with suppress(FileNotFoundError):
                to.rmdir()
            beside.rename(to)
        except BaseException:
            if (beside / ".git").exists():
                to.mkdir(exist_ok=True)
                (beside / ".git").rename(to / ".git")
            shutil.rmtree(beside, ignore_errors=True)
            raise
