"""The line of a file that a finding speaks of, without what may be secret in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cellwright.app.fleet.excerpt_code import code_line, is_code
from cellwright.app.fleet.excerpt_secrets import LEFT_OUT, SecretNames, cut, no_text, without_login
from cellwright.app.session.session import FleetSession
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.config.settings import RESERVED
from cellwright.fleet.fleet import FLEET_FILE
from cellwright.fleet.yaml.reader import read_document
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position

__all__ = ["LEFT_OUT", "Excerpts"]

_SETTINGS = (".yaml", ".yml")
_CODE = (".tf", ".tofu")
_KEY = re.compile(
    r"""(?:(?<=[\s{,])|^)("[^"]*"|'[^']*'|[^\s"'{}\[\],:#&*!|>%@`][^\s{}\[\],:#]*)\s*:(?=\s|$)"""
)
_WORD = re.compile(r"[^\W\d][\w-]*")


@dataclass(frozen=True, slots=True)
class _File:
    lines: Sequence[str] = ()
    is_read: bool = False
    """It could be read as what it is, so that its keys and texts are where they seem to be."""


class Excerpts:
    """Gives lines of the fleet's files; each file is read once."""

    def __init__(self, session: FleetSession) -> None:
        self._session = session
        self._files = FleetFiles(session.root)
        self._read: dict[str, _File] = {}
        self._names: SecretNames | None = None

    def line(self, place: Position) -> str | None:
        """Give the line that a position is in; None if it can't be read, or could tell a secret."""
        if not place.file.endswith((*_SETTINGS, *_CODE)):
            return None
        file = self._file(place.file)
        if not 0 < place.line <= len(file.lines) or not file.lines[place.line - 1].strip():
            return None
        if self._names is None:
            self._names = SecretNames(self._session.known_secrets())
        line = code_line if place.file.endswith(_CODE) else _settings_line
        return without_login(line(file.lines, place, self._names, is_read=file.is_read), place)

    def _file(self, name: str) -> _File:
        if name not in self._read:
            try:
                text = self._files.read_text(name)
            except DiagnosticError:
                self._read[name] = _File()
            else:
                is_read = is_code(text) if name.endswith(_CODE) else not read_document(text, name).faults
                self._read[name] = _File(text.splitlines(), is_read)
        return self._read[name]


def _settings_line(lines: Sequence[str], place: Position, names: SecretNames, *, is_read: bool) -> str | None:
    """Leave out the value of a key that is secret, or may be, with all that follows in the line."""
    index, file = place.line - 1, place.file
    text = lines[index]
    keys = list(_KEY.finditer(text))
    above = list(_keys_above(lines, index))
    if names.any(above):
        return None
    own = above[-1] if above else _bare(keys[0][1]) if keys else None
    if not is_read or (file != FLEET_FILE and own not in RESERVED and not names.known.knows(file)):
        # Which of a cell's own keys are secret is known once the cell is loaded.
        return _without_texts(text, keys, place)
    for at, key in enumerate(keys):
        if _bare(key[1]) in names:
            return text if no_text(text[key.end() :]) else cut(text, key.end(), place)
        value = text[key.end() : keys[at + 1].start() if at + 1 < len(keys) else len(text)]
        # Whoever speaks of a key alone has no need of its value, and the key may be mistyped.
        if key.start(1) == place.column - 1 and "{" not in value and not no_text(value.rstrip(" ,}")):
            return cut(text, key.end(), place)
    # Without the blank behind its colon, a key is a part of a text.
    return text if keys or not names.any(_WORD.findall(text)) else None


def _without_texts(text: str, keys: "Sequence[re.Match[str]]", place: Position) -> str | None:
    if not keys:
        return None
    end = keys[0].end()
    return text if no_text(text[end:]) else cut(text, end, place)


def _bare(key: str) -> str:
    return key.strip("\"'")


def _keys_above(lines: Sequence[str], index: int) -> Iterator[str]:
    """Yield the keys that a line is below, by its indent; the innermost first."""
    depth = _depth(lines[index])
    for text in reversed(lines[:index]):
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        inner = _depth(text)
        # The items of a list may stand as deep as its key.
        if inner < depth or (inner == depth and _is_item(lines[index]) and not _is_item(text)):
            depth = inner
            if key := _KEY.search(text):
                yield _bare(key[1])
        if depth == 0:
            return


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _is_item(text: str) -> bool:
    return text.lstrip().startswith("- ")
