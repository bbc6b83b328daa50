"""Manifests of Atmos, imported into each other and merged."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cellwright.foreign.atmos.reading import mapping, parse_yaml, read_yaml, with_locals
from cellwright.foreign.files import shown
from cellwright.foreign.sources import SourceMap, is_remote, without_login
from cellwright.foreign.templates.filling import filled
from cellwright.foreign.templates.reading import TemplateFault
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position

_DEEPEST = 50
OVERRIDES = "overrides"
REPLACE = "replace"
APPEND = "append"


@dataclass
class Manifests:
    """The manifests of a tree, each read once."""

    root: Path
    base: Path
    """Where paths of imports start."""
    sources: SourceMap = field(default_factory=SourceMap)
    lists: str = REPLACE
    """How lists are merged: `replace`, `append` or `merge`."""
    notes: list[Diagnostic] = field(default_factory=list)
    _read: dict[Path, Any] = field(default_factory=dict)

    def merged(self, path: Path, depth: int = 0, context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Read a manifest with all that it imports.

        Raises:
            DiagnosticError: a file can't be read.
        """
        if depth > _DEEPEST:
            raise DiagnosticError(
                error("manifests import each other in a circle", "break it", Position(shown(path, self.root)))
            )
        content = self._content(path, context or {})
        found: dict[str, Any] = {}
        written = content.get("import")
        for item in written if isinstance(written, list) else ():
            own = {**(context or {}), **mapping(mapping(item).get("context"))}
            for imported in self._imported(item, path):
                found = merge(found, self.merged(imported, depth + 1, own), self.lists)
        own_sections = {name: value for name, value in content.items() if name not in _OF_A_FILE}
        found = merge(found, own_sections, self.lists)
        return _overridden(found, content)

    def _content(self, path: Path, context: Mapping[str, Any]) -> dict[str, Any]:
        """Read one manifest; with a context it is a template first."""
        if context:
            name = shown(path, self.root)
            try:
                text = filled(path.read_text(encoding="utf-8"), context)
            except TemplateFault as fault:
                advice = "write out what it makes, then import again"
                raise DiagnosticError(
                    error(
                        f"it is imported with a context, and can't be filled in: {fault}",
                        advice,
                        Position(name),
                    )
                ) from None
            except (OSError, ValueError) as fault:
                raise DiagnosticError(
                    error(f"{name} can't be read: {fault}", "correct it", Position(name))
                ) from None
            return with_locals(parse_yaml(str(text), path, self.root))
        if path not in self._read:
            self._read[path] = with_locals(read_yaml(path, self.root))
        found: dict[str, Any] = self._read[path]
        return found

    def _imported(self, item: Any, path: Path) -> Iterator[Path]:  # noqa: ANN401  as it is written
        where = Position(shown(path, self.root), 1, 1)
        written = item.get("path") if isinstance(item, Mapping) else item
        if not isinstance(written, str) or "{{" in written:
            text = getattr(item, "text", written)
            position = getattr(written, "position", where)
            self._note(
                error(f"the import '{text}' is not read", "import a file of the tree by its path", position)
            )
            return
        if is_remote(written):
            yield from self._fetched(written, where)
            return
        found = sorted(set(self._files(written, path)))
        if not found and not (isinstance(item, Mapping) and item.get("skip_if_missing")):
            self._note(error(f"the import '{written}' is not there", "correct its path", where))
        yield from found

    def _fetched(self, written: str, where: Position) -> Iterator[Path]:
        """Give the file that is taken in place of one that would be fetched."""
        there = self.sources.mapped(written)
        if isinstance(there, Path) and there.is_file():
            yield there
            return
        named = without_login(written)
        advice = f"fetch it, and import with --source-map '{named}=FILE'"
        self._note(error(f"the import '{named}' is not read: it is not fetched", advice, where))

    def _files(self, written: str, path: Path) -> Iterator[Path]:
        base = path.parent if written.startswith((".", "..")) else self.base
        for ending in ("", ".yaml", ".yml", ".yaml.tmpl", ".yml.tmpl"):
            there = Path(os.path.normpath(base / (written + ending)))
            if there.is_file():
                yield there
                return
        if "*" in written:
            endings = (".yaml", ".yml", ".tmpl")
            pattern = written if written.endswith(endings) else f"{written}.yaml"
            yield from (item for item in base.glob(pattern.removeprefix("./")) if item.is_file())

    def _note(self, item: Diagnostic) -> None:
        if item not in self.notes:
            self.notes.append(item)


def merge(below: Mapping[str, Any], above: Mapping[str, Any], lists: str = REPLACE) -> dict[str, Any]:
    """Merge mappings key by key, and lists as the tree says; all else is replaced."""
    found = dict(below)
    for name, value in above.items():
        was = found.get(name)
        if isinstance(was, Mapping) and isinstance(value, Mapping):
            found[name] = merge(was, value, lists)
        elif isinstance(was, list) and isinstance(value, list) and lists != REPLACE:
            found[name] = [*was, *value] if lists == APPEND else _by_place(was, value, lists)
        else:
            found[name] = value
    return found


def _by_place(below: list[Any], above: list[Any], lists: str) -> list[Any]:
    """Merge lists item by item."""
    found = [*above, *below[len(above) :]]
    for at, (was, value) in enumerate(zip(below, above, strict=False)):
        if isinstance(was, Mapping) and isinstance(value, Mapping):
            found[at] = merge(was, value, lists)
    return found


def _overridden(found: dict[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """Add what a manifest overrides to the components that it has, also by its imports."""
    overrides = merge(
        mapping(content.get(OVERRIDES)), mapping(mapping(content.get("terraform")).get(OVERRIDES))
    )
    kinds = mapping(found.get("components"))
    components = mapping(kinds.get("terraform"))
    if not overrides or not components:
        return found
    changed = {
        name: {**mapping(item), OVERRIDES: merge(mapping(mapping(item).get(OVERRIDES)), overrides)}
        for name, item in components.items()
    }
    return {**found, "components": {**kinds, "terraform": changed}}


_OF_A_FILE = frozenset({"import", OVERRIDES})
"""Sections that hold in one file, and for what it imports."""
