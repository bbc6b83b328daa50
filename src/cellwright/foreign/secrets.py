"""What of a tree is a secret: by the name of a value, of a variable of the environment, or of a file.

A secret is never evaluated: it stays what it is called, whatever is made of it.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path, PurePath

from cellwright.foreign.literals import flat
from cellwright.foreign.tree import ForeignValue, FromEnvironment, Joined, Unreadable
from cellwright.model.names import means_secret
from cellwright.model.scalar_text import scalar_text
from cellwright.model.text.url_credentials import without_logins

_PLACE = re.compile(
    r"(_|^)(arns?|backend|class|count|days|dir|duration|enabled|engine|expiration|expiry|file|format|ids?|kind|length|"
    r"manager|mode|mount|names?|namespace|path|paths|policy|prefix|provider|region|ref|retention|rotation|store|suffix|"
    r"ttl|type|uri|url|version|window)\Z|^(allow|create|enable|generate|has|is|manage|use)_|secretsmanager",
    re.IGNORECASE,
)
"""Names of what only says where a secret is, or how it is kept."""
_PRIVATE = re.compile(r"private(?![_-]?key)", re.IGNORECASE)
_FOLDERS = frozenset({"secrets", ".secrets", "secret", "credentials"})
_KEYS = (".key", ".p12", ".pem", ".pfx")
_NAMED = re.compile(r"[A-Za-z_][\w.-]*\s*[=:](?=\s)")
"""The beginning of a line that gives a value a name."""
_QUOTED = re.compile(r"'.*'")
_WORD = re.compile(r"[^\W_]")
_VARIABLE = re.compile(r"\W+")
_AS_VARIABLE = "TF_VAR_"
_LONG_NUMBER = 6
"""Digits from which a number is a secret itself, and not a rule for one: `max_password_age: 90`."""


def is_secret_name(name: str) -> bool:
    """Tell whether a value of this name is a secret, and not what only says where one is."""
    return _is_about_secret(name) and not _PLACE.search(name)


def _is_about_secret(text: str) -> bool:
    """Tell whether a name is one of a secret; networks and zones are private without being secret."""
    return means_secret(_PRIVATE.sub("", text))


def holds_secrets(path: PurePath | str) -> bool:
    """Tell whether a file is one of secrets, by its name or by that of its folder."""
    path = PurePath(path)
    name = path.name
    return (
        name == ".env"
        or name.startswith(".env.")
        or name.endswith((".env", *_KEYS))
        or path.parent.name.lower() in _FOLDERS
        or _is_about_secret(path.stem)
    )


def closed_file(path: Path) -> str:
    """Say why a file of secrets is not read."""
    return f"{path.name} is a file of secrets, by its name: it is not read"


def shown_line(line: str, file: str | None) -> str:
    """Give a line of a tree as it may be shown: without its value if it is about a secret."""
    if not _is_about_secret(line) and not holds_secrets(file or ""):
        return without_logins(line)
    return _without_value(line)


def shown_why(why: str, line: str, file: str | None) -> str:
    """Give why a line has no value: without the texts that it repeats, if the line is about a secret."""
    return why if shown_line(line, file) == line else _without_quoted(why)


def _without_quoted(why: str) -> str:
    return _QUOTED.sub("'...'", why)


def _without_value(line: str) -> str:
    """Give the name that a line begins with: texts may hold texts, and those of a heredoc have no quotes."""
    named = _NAMED.match(line)
    return f"{named[0]} ..." if named else "..."


def closed(value: ForeignValue, name: str = "", *, secret: bool = False) -> ForeignValue:
    """Give a value in which texts and long numbers that are secrets by their names are of the environment.

    `name` is that of the whole, `secret` whether all of it is one.
    """
    secret = secret or is_secret_name(name)
    match value:
        case str() | int() | float() | Decimal() if secret and _may_be_secret(value):
            return FromEnvironment(_AS_VARIABLE + _VARIABLE.sub("_", name), str(value))
        case Mapping():
            return {key: _inside(item, name, str(key), secret=secret) for key, item in value.items()}
        case list() | tuple():
            return [_inside(item, name, str(at), secret=secret) for at, item in enumerate(value)]
        case Joined(parts=parts) if secret:
            return replace(value, parts=tuple(_part(part, name, at) for at, part in enumerate(flat(parts))))
        case Unreadable(text=text, position=position, why=why, unknown=unknown) if secret:
            return Unreadable(_without_value(text), position, _without_quoted(why), unknown)
        case _:
            return value


def _may_be_secret(value: str | float | Decimal) -> bool:
    """Tell whether a scalar is more than a switch, or a rule for secrets."""
    return bool(value) if isinstance(value, str) else len(str(value)) >= _LONG_NUMBER


def _part(part: ForeignValue, name: str, at: int) -> ForeignValue:
    """Close a part of a text with outputs in it; what only parts others, like a colon, stays."""
    text = scalar_text(part)
    return part if text is None or not _WORD.search(text) else closed(text, f"{name}_{at}", secret=True)


def _inside(value: ForeignValue, above: str, name: str, *, secret: bool) -> ForeignValue:
    """Close a part: the name of what is all secret goes on to its parts."""
    return closed(value, f"{above}_{name}" if above else name, secret=secret or is_secret_name(name))
