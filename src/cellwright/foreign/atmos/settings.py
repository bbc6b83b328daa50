"""Settings of a tree of Atmos: `atmos.yaml`, what it imports, its folder `atmos.d`."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cellwright.foreign.atmos.manifest import merge
from cellwright.foreign.atmos.reading import PLACES, FunctionCall, Templated, read_yaml
from cellwright.foreign.atmos.values import Values
from cellwright.foreign.expressions.values import NoValue, told
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position

FILES = ("atmos.yaml", "atmos.yml", ".atmos.yaml")
_FOLDERS = ("atmos.d/**/*", ".atmos.d/**/*")


@dataclass
class Settings:
    """The settings of a tree."""

    root: Path
    values: Values
    notes: list[Diagnostic] = field(default_factory=list)
    """What could not be read, or can't be told: the default of Atmos counts in its place."""
    _known: Mapping[str, Any] = field(default_factory=dict)

    def read(self) -> None:
        """Read them.

        Raises:
            DiagnosticError: there are none, or a file can't be read.
        """
        for name in FILES:
            path = self.root / name
            if path.is_file():
                found = self._with_imports(read_yaml(path, self.root), path)
                self._known = {key: self._told(value) for key, value in found.items() if key != PLACES}
                return
        raise DiagnosticError(
            error(f"there is no atmos.yaml in {self.root}", "name the folder in which it lies")
        )

    def get(self, *path: str) -> Any:  # noqa: ANN401  as it is written
        """Give a setting; None if there is none."""
        value: Any = self._known
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        return value.text if isinstance(value, Templated) else value

    def folder(self, *path: str, default: str) -> Path:
        """Give a folder that a setting names."""
        base = self.get("base_path")
        start = self.root / base if isinstance(base, str) else self.root
        below = self.get(*path)
        return Path(os.path.normpath(start / (below if isinstance(below, str) else default)))

    def _with_imports(self, own: Mapping[str, Any], path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        written = own.get("import")
        for item in (*_FOLDERS, *(written if isinstance(written, list) else ())):
            if not isinstance(item, str) or "://" in item or os.path.isabs(item):  # noqa: PTH117  a text
                summary = f"the import '{getattr(item, 'text', item)}' of settings is not read"
                where = Position(path.name, 1, 1)
                self.notes.append(error(summary, "import a file of the tree by its path", where))
                continue
            for file in self._files(item):
                if file != path:
                    found = merge(found, read_yaml(file, self.root))
        return merge(found, own)

    def _files(self, pattern: str) -> Iterator[Path]:
        """Yield the files that an import means, one that names a folder means those in it."""
        there = Path(os.path.normpath(self.root / pattern))
        if there.is_dir():
            yield from sorted(item for item in there.rglob("*") if item.suffix in {".yaml", ".yml"})
            return
        for ending in ("", ".yaml", ".yml"):
            found = sorted(self.root.glob(pattern.removeprefix("./") + ending))
            files = [item for item in found if item.is_file() and item.suffix in {".yaml", ".yml"}]
            if files:
                yield from files
                return

    def _told(self, value: Any) -> Any:  # noqa: ANN401  as it is written
        """Evaluate functions in the settings; templates there name what holds elsewhere."""
        match value:
            case FunctionCall():
                try:
                    return told(self.values.value(value, "", {}))
                except NoValue as fault:
                    advice = "the default of Atmos counts in its place: write the value into atmos.yaml"
                    self.notes.append(error(f"a setting can't be told: {fault.why}", advice, value.position))
                    return None
            case Mapping():
                return {name: self._told(item) for name, item in value.items()}
            case _:
                return value
