"""The line of a file that a finding speaks of, without what may be secret in it."""

import re
from collections.abc import Callable, Iterator, Sequence

from cellwright.app.session.known_secrets import KnownSecrets
from cellwright.app.session.session import FleetSession
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.config.settings import RESERVED
from cellwright.fleet.fleet import FLEET_FILE
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.names import means_secret
from cellwright.model.position import Position

LEFT_OUT = "…"
"""Stands in place of a value that may be secret."""
_SETTINGS = (".yaml", ".yml")
_CODE = (".tf", ".tofu")
_KEY = re.compile(
    r"""(?:(?<=[\s{,])|^)("[^"]*"|'[^']*'|[^\s"'{}\[\],:#&*!|>%@`][^\s{}\[\],:#]*)\s*:(?=\s|$)"""
)
_REFERENCE = re.compile(r"\$\{[^{}]*\}\Z")
_ARGUMENT = re.compile(r"\s*(\w+)\s*=(?!=)")
_VARIABLE = re.compile(r'\s*variable\s+"([^"]+)"')
_NO_TEXT = re.compile(
    r"(?:true|false|null|~|-?\d+(?:\.\d+)?|\$\{[^}]*\}|\*[\w.-]+|!unset|[{\[]?)(?:\s+#.*)?\Z"
)
"""What can be no secret: it is no text, or refers to where the value is."""


class Excerpts:
    """Gives lines of the fleet's files; each file is read once."""

    def __init__(self, session: FleetSession) -> None:
        self._session = session
        self._files = FleetFiles(session.root)
        self._read: dict[str, list[str]] = {}
        self._known: KnownSecrets | None = None

    def line(self, place: Position) -> str | None:
        """Give the line that a position is in; None if it can't be read, or could tell a secret."""
        if not place.file.endswith((*_SETTINGS, *_CODE)):
            return None
        lines = self._lines(place.file)
        if not 0 < place.line <= len(lines) or not lines[place.line - 1].strip():
            return None
        if self._known is None:
            self._known = self._session.known_secrets()
        if place.file.endswith(_CODE):
            return _code_line(lines, place.line - 1, self._known)
        return _settings_line(lines, place, self._known)

    def _lines(self, file: str) -> list[str]:
        if file not in self._read:
            try:
                self._read[file] = self._files.read_text(file).splitlines()
            except DiagnosticError:
                self._read[file] = []
        return self._read[file]


def _settings_line(lines: Sequence[str], place: Position, known: KnownSecrets) -> str | None:
    """Leave out the value of a key that is secret, or may be, with all that follows in the line."""
    index, file = place.line - 1, place.file
    text = lines[index]
    keys = list(_KEY.finditer(text))
    above = list(_keys_above(lines, index))
    secret = _is_secret(known)
    if any(map(secret, above)):
        return None
    own = above[-1] if above else _bare(keys[0][1]) if keys else None
    if file != FLEET_FILE and own not in RESERVED and not known.knows(file):
        # Which of a cell's own keys are secret is known once the cell is loaded.
        return _without_texts(text, keys)
    hidden = next((key for key in keys if secret(_bare(key[1]))), None)
    if hidden is None or _shows(text[hidden.end() :]):
        return text
    if any(hidden.end() < key.start() < place.column for key in keys):
        return None  # what is spoken of is left out
    return f"{text[: hidden.end()]} {LEFT_OUT}"


def _without_texts(text: str, keys: "Sequence[re.Match[str]]") -> str | None:
    if not keys:
        return None
    end = keys[0].end()
    return text if _NO_TEXT.match(text[end:].strip()) else f"{text[:end]} {LEFT_OUT}"


def _shows(value: str) -> bool:
    """Tell whether a secret key's value can be shown: it only says where the secret is."""
    text = value.strip()
    return text in ("", "!unset") or _REFERENCE.match(text.strip("\"'")) is not None


def _is_secret(known: KnownSecrets) -> Callable[[str], bool]:
    return lambda key: key in known.names or means_secret(key)


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


def _code_line(lines: Sequence[str], index: int, known: KnownSecrets) -> str:
    """Leave out the value of an argument that is secret: by its name, or by its variable's."""
    text = lines[index]
    argument = _ARGUMENT.match(text)
    if argument is None:
        return text
    names = [argument[1]]
    if argument[1] == "default":
        blocks = (_VARIABLE.match(line) for line in reversed(lines[:index]))
        names += [block[1] for block in blocks if block][:1]
    return f"{text[: argument.end()]} {LEFT_OUT}" if any(map(_is_secret(known), names)) else text
