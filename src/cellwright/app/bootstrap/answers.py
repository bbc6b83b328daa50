"""What the bootstrap was told: the keys of one cell's file, `bootstrap/tools.yaml`, which holds no secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.app.bootstrap.reading import read_settings, value_at
from cellwright.files.atomic import save_text
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.yaml.editor import with_key
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.value import Json, Value

LEVEL = "bootstrap"
CELL = "tools"
FILE = f"{LEVEL}/{CELL}.yaml"
_HEAD = """\
# What `cellwright bootstrap` was told, and the cell of the level `bootstrap`: the bucket of the states, the
# pipeline's roles, the registry of images. Edit it and run `cellwright bootstrap` again; it holds no secret.
region: {region}
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers in a fleet's folder."""

    root: Path
    assumed: Mapping[str, Json] = field(default_factory=dict)
    """What is taken for answered where only a look is wanted; by dotted keys."""

    @property
    def path(self) -> Path:
        """Their file."""
        return self.root / FILE

    def exist(self) -> bool:
        """Tell whether anything was answered yet."""
        return self.path.is_file()

    def get(self, key: str) -> Value:
        """Give the answer of a dotted key; None if there is none.

        Raises:
            DiagnosticError: the file can't be read.
        """
        if key in self.assumed:
            return self.assumed[key]
        return value_at(self._content(), key)

    def text(self, key: str) -> str:
        """Give an answer that is text; empty if there is none.

        Raises:
            DiagnosticError: the file can't be read, or the answer is something else.
        """
        found = self.get(key)
        if found is None:
            return ""
        if not isinstance(found, str):
            raise self._fault(key, "must be text; put it in quotes")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """Give an answer that is a list of texts; as `text`."""
        found = self.get(key)
        if found is None:
            return ()
        if not isinstance(found, list | tuple) or not all(isinstance(item, str) for item in found):
            raise self._fault(key, "must be a list of texts")
        return tuple(str(item) for item in found)

    def entries(self, key: str) -> Mapping[str, str]:
        """Give an answer that names texts; as `text`."""
        found = self.get(key)
        if found is None:
            return {}
        if not isinstance(found, Mapping) or not all(isinstance(item, str) for item in found.values()):
            raise self._fault(key, "must be keys with texts; put numbers in quotes")
        return {str(name): str(item) for name, item in found.items()}

    def put(self, key: str, value: Json) -> bool:
        """Write an answer; tells whether it is another one than before.

        Raises:
            DiagnosticError: the file can't be edited or written; it is then as it was.
        """
        if self._says(key, value):
            return False
        if self.exist():
            text = FleetFiles(self.root).read_text(FILE)
        else:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            region = value if key == "region" and isinstance(value, str) else "us-east-1"
            text = _HEAD.format(region=region)
        save_text(self.path, with_key(text, key, value, FILE))
        return True

    def _says(self, key: str, value: Json) -> bool:
        """Tell whether the file has this value; a null that is written is not one that is missing."""
        *way, last = key.split(".")
        place = self.get(".".join(way)) if way else self._content()
        return isinstance(place, Mapping) and last in place and place[last] == value

    def _content(self) -> Mapping[str, Value]:
        return read_settings(self.root, FILE)

    @staticmethod
    def _fault(key: str, why: str) -> DiagnosticError:
        return DiagnosticError(error(f"'{key}' {why}", "edit the file", Position(FILE)))
