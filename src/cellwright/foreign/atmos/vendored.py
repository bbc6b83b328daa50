"""Where the root module of a component is: in the tree, or where Atmos would fetch it from."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cellwright.foreign.atmos.component import Component
from cellwright.foreign.atmos.reading import mapping, read_yaml
from cellwright.foreign.atmos.values import Values
from cellwright.foreign.files import shown
from cellwright.foreign.sources import SourceMap, is_remote, parted, without_login
from cellwright.foreign.templates.filling import filled
from cellwright.foreign.templates.reading import TemplateFault
from cellwright.foreign.tree import Unreadable
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position

_MANIFESTS = ("vendor.yaml", "vendor.yml", "vendor")
_ENDINGS = frozenset({".yaml", ".yml"})
_OCI = ("oci://", "s3::", "gcs::", "http://", "https://")


@dataclass(frozen=True, slots=True)
class Vendored:
    """Finds root modules."""

    root: Path
    sources: SourceMap
    values: Values
    base: str = ""
    """The file or folder of manifests, if the settings name one."""

    def source(
        self,
        component: Component,
        components: Path,
        position: Position,
        stack: str,
        context: Mapping[str, Any],
    ) -> Path | str | Unreadable:
        """Give the folder of a component, or the address that Atmos would fetch it from."""
        written = component.sections.get("source")
        if written:
            found = self.values.value(written, stack, context)
            uri = found if isinstance(found, str) else mapping(found).get("uri")
            version = mapping(found).get("version")
            if isinstance(uri, str):
                return self._addressed(uri, version, self.root, position)
            return Unreadable(str(uri), position, "its source can't be told")
        folder = Path(os.path.normpath(components / component.folder))
        if folder.is_dir() and any(item.suffix in {".tf", ".tofu", ".json"} for item in folder.iterdir()):
            return folder
        for uri, version, base in self._declared(folder):
            return self._addressed(uri, version, base, position)
        if folder.is_dir():
            return folder
        why = "its folder is not there; `atmos vendor pull` may make it"
        return Unreadable(shown(folder, self.root), position, why)

    def _addressed(
        self, uri: str, version: object, base: Path, position: Position
    ) -> Path | str | Unreadable:
        uri = _filled(uri, {"version": version}) or uri
        if not is_remote(uri):
            for start in (base, self.root):
                folder = Path(os.path.normpath(start / uri.removeprefix("file://")))
                if folder.is_dir():
                    return folder
            return Unreadable(without_login(uri), position, "the folder of its source is not there")
        mapped = self.sources.mapped(uri)
        if isinstance(mapped, Path):
            why = f"{mapped} is no folder"
            return mapped if mapped.is_dir() else Unreadable(without_login(uri), position, why)
        if mapped.startswith(_OCI) and ".git" not in mapped:
            repository = parted(uri)[0]
            why = f"it does not come from git: fetch it, and import with --source-map '{repository}=FOLDER'"
            return Unreadable(without_login(uri), position, why)
        return mapped if "?ref=" in mapped or not version else f"{mapped}?ref={version}"

    def _declared(self, folder: Path) -> Iterator[tuple[str, object, Path]]:
        """Yield what the manifests say that would fill a folder: its own, then that of the tree."""
        own = self._read(folder / "component.yaml")
        source = mapping(mapping(own.get("spec")).get("source"))
        if isinstance(source.get("uri"), str):
            yield source["uri"], source.get("version"), folder
        for manifest in self._manifests():
            spec = mapping(self._read(manifest).get("spec"))
            for item in spec.get("sources") or ():
                source = mapping(item)
                targets = source.get("targets")
                for target in targets if isinstance(targets, list) else ():
                    path = mapping(target).get("path") if isinstance(target, Mapping) else target
                    text, uri = _filled(path, source), _filled(source.get("source"), source)
                    if text and uri and Path(os.path.normpath(self.root / text)) == folder:
                        yield uri, source.get("version"), self.root

    def _manifests(self) -> Iterator[Path]:
        """Yield the manifests of the tree, each once, with those that they import."""
        waiting = [
            found for name in ((self.base,) if self.base else _MANIFESTS) for found in self._files(name)
        ]
        seen: set[Path] = set()
        while waiting:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            yield path
            imports = mapping(self._read(path).get("spec")).get("imports")
            for item in imports if isinstance(imports, list) else ():
                if isinstance(item, str) and not is_remote(item) and not Path(item).is_absolute():
                    waiting.extend(self._files(item))

    def _files(self, name: str) -> list[Path]:
        """Give the files of a name: those in a folder, those that a pattern means."""
        there = self.root / name
        if there.is_dir():
            return sorted(item for item in there.iterdir() if item.suffix in _ENDINGS)
        if there.is_file() or Path(name).is_absolute():
            return [there]
        pattern = name.removeprefix("./")
        return sorted({*self.root.glob(pattern), *self.root.glob(f"{pattern}.yaml")})

    def _read(self, path: Path) -> Mapping[str, Any]:
        if not path.is_file():
            return {}
        try:
            return read_yaml(path, self.root)
        except DiagnosticError:
            return {}


def _filled(value: Any, source: Mapping[str, Any]) -> str:  # noqa: ANN401  as it is written
    """Fill in what a manifest may name in its paths; empty if it names more."""
    text = getattr(value, "text", value)
    known = {"Component": source.get("component"), "Version": source.get("version")}
    try:
        return str(filled(text, known)) if isinstance(text, str) else ""
    except TemplateFault:
        return ""
