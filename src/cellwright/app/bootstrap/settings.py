"""Keys set in the fleet's files by a step, and committed; comments and everything else stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.bootstrap.reading import read_settings, value_at
from cellwright.app.bootstrap.site import Site
from cellwright.files.atomic import save_text
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.yaml.editor import with_key
from cellwright.fleet.yaml.writer import flow_style
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.value import Json, Value


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A YAML file of the fleet, by its path below the root."""

    site: Site
    name: str

    def content(self) -> Mapping[str, Value]:
        """Read it; empty if there is none.

        Raises:
            DiagnosticError: it can't be read.
        """
        return read_settings(self.site.session.root, self.name)

    def get(self, key: str) -> Value:
        """Give the value of a dotted key; None if there is none."""
        return value_at(self.content(), key)

    def lacks(self, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Give what it does not say yet, by dotted keys."""
        content = self.content()
        return {key: value for key, value in wanted.items() if _plain(value_at(content, key)) != value}

    def put(self, wanted: Mapping[str, Json]) -> Sequence[Path]:
        """Set keys; gives the file if anything changed. Whoever calls this commits it.

        Raises:
            DiagnosticError: it can't be edited; it is then as it was.
        """
        missing = self.lacks(wanted)
        if not missing:
            return ()
        path = self.site.session.root / self.name
        if not path.is_file():
            raise DiagnosticError(
                error(f"there is no {self.name}", "take step accounts first", Position(self.name))
            )
        text = FleetFiles(self.site.session.root).read_text(self.name)
        for key, value in missing.items():
            text = with_key(text, key, value, self.name)
        save_text(path, text)
        return (path,)

    def settle(self, wanted: Mapping[str, Json], subject: str) -> bool:
        """Set keys and commit, under the fleet's lock; tells whether anything changed."""
        with self.site.session.changing(self.site.talk.interrupts):
            changed = self.put(wanted)
            if changed:
                self.site.commit(changed, subject)
        return bool(changed)


def said(name: str, settings: Mapping[str, Json]) -> list[str]:
    """Say what would be written into a file, a line for each key."""
    return [f"write into {name}: {key}: {flow_style(value)}" for key, value in settings.items()]


def _plain(value: Value) -> Json:
    """Give a value of a document as JSON has it, so that the two compare."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value  # type: ignore[return-value]  # scalars are the same in both
