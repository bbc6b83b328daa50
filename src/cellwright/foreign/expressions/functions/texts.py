"""Functions of texts."""

import re
from collections.abc import Callable, Iterator, Mapping
from posixpath import normpath
from typing import Any

import re2

from cellwright.foreign.expressions.values import NoValue, number_of, text_of, told
from cellwright.foreign.tree import Joined, Late

_VERB = re.compile(r"%(?:%|(?P<how>[-+ 0#]*\d*(?:\.\d+)?)(?P<verb>[svdfxXoqteb]))")
_LONGEST = 10_000


def _format(given: list[Any]) -> Any:  # noqa: ANN401  a text, which may have outputs and secrets in it
    text, *values = given
    parts = list(_formatted(text_of(text), iter(values)))
    if any(isinstance(part, Late) for part in parts):
        return Joined(tuple(parts))
    return "".join(parts)


def _formatted(text: str, values: Iterator[Any]) -> Iterator[Any]:
    at = 0
    for found in _VERB.finditer(text):
        yield _plain(text[at : found.start()])
        at = found.end()
        if found.group() == "%%":
            yield "%"
            continue
        value = next(values, _NOTHING)
        if value is _NOTHING:
            raise NoValue("the format has more verbs than there are values")
        yield _verb(found["how"], found["verb"], value)
    yield _plain(text[at:])
    if next(values, _NOTHING) is not _NOTHING:
        raise NoValue("the format has fewer verbs than there are values")


def _plain(text: str) -> str:
    if "%" in text:
        raise NoValue("the format has a verb that is not known here", unknown=True)
    return text


def _verb(how: str, verb: str, value: Any) -> Any:  # noqa: ANN401  a text, or an output
    if verb in "sv" and not how and isinstance(value, Late):
        return value
    if len(how) > len("0000.0000"):
        raise NoValue("the format is too wide", unknown=True)
    if verb in "svt":
        return f"%{how}s" % text_of(value)
    if verb in "dxXo":
        number = number_of(value)
        if not isinstance(number, int):
            raise NoValue("the format wants a whole number")
        return f"%{how}{verb}" % number
    if verb in "fe":
        return f"%{how}{verb}" % float(number_of(value))
    raise NoValue(f"%{verb} is not evaluated here", unknown=True)


def _join(given: list[Any]) -> Any:  # noqa: ANN401  a text, which may have outputs and secrets in it
    between, *lists = given
    parts: list[Any] = []
    for item in (entry for found in lists for entry in told(found)):
        late = isinstance(item, Late)
        parts += [text_of(between)] if parts else []
        parts.append(item if late else text_of(item))
    if any(isinstance(part, Late) for part in parts):
        return Joined(tuple(parts))
    return "".join(parts)


def _tostring(given: list[Any]) -> Any:  # noqa: ANN401  a text, or an output, which will be one
    (only,) = given
    return only if only is None or isinstance(only, Late) else text_of(only)


def _pattern(text: str) -> Any:  # noqa: ANN401  the library has no types
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(text, options)
    except re2.error:
        raise NoValue("the pattern is no regular expression") from None


def _replace(given: list[Any]) -> str:
    text, old, new = map(text_of, given)
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        new = re.sub(r"\$(\d)|\$\{(\d)\}", r"\\\1\2", new.replace("\\", "\\\\"))
        return str(_pattern(old[1:-1]).sub(new, text))
    return text.replace(old, new)


def _matched(found: Any) -> Any:  # noqa: ANN401  a text, a list or a mapping, by the groups
    if found.groupdict():
        return dict(found.groupdict())
    return list(found.groups()) if found.groups() else found.group()


def _regex(given: list[Any]) -> Any:  # noqa: ANN401  as above
    found = _pattern(text_of(given[0])).search(text_of(given[1]))
    if found is None:
        raise NoValue("the pattern does not match")
    return _matched(found)


def _substr(given: list[Any]) -> str:
    text, start, length = text_of(given[0]), int(given[1]), int(given[2])
    start = start if start >= 0 else len(text) + start
    return text[start:] if length < 0 else text[start : start + length]


def _title(given: list[Any]) -> str:
    return re.sub(r"(?<!\w)\w", lambda found: found[0].upper(), text_of(given[0]))


def _indent(given: list[Any]) -> str:
    return text_of(given[1]).replace("\n", "\n" + " " * min(int(given[0]), _LONGEST))


def _one(change: Callable[[str], Any]) -> Callable[[list[Any]], Any]:
    def changed(given: list[Any]) -> Any:  # noqa: ANN401  what the change gives
        (only,) = given
        return change(text_of(only))

    return changed


def _two(change: Callable[[str, str], Any]) -> Callable[[list[Any]], Any]:
    def changed(given: list[Any]) -> Any:  # noqa: ANN401  what the change gives
        one, other = map(text_of, given)
        return change(one, other)

    return changed


_NOTHING = object()

TEXTS: Mapping[str, Callable[[list[Any]], Any]] = {
    "basename": _one(lambda text: text.rstrip("/").rpartition("/")[2]),
    "chomp": _one(lambda text: text.rstrip("\r\n")),
    "dirname": _one(lambda text: normpath(text.rpartition("/")[0] or ("/" if text[:1] == "/" else "."))),
    "endswith": _two(str.endswith),
    "indent": _indent,
    "lower": _one(str.lower),
    "regex": _regex,
    "regexall": _two(lambda pattern, text: [_matched(found) for found in _pattern(pattern).finditer(text)]),
    "replace": _replace,
    "split": _two(lambda between, text: text.split(between) if between else list(text)),
    "startswith": _two(str.startswith),
    "strcontains": _two(lambda text, part: part in text),
    "strrev": _one(lambda text: text[::-1]),
    "substr": _substr,
    "title": _title,
    "tobool": lambda given: {"true": True, "false": False, True: True, False: False, None: None}[given[0]],
    "trim": _two(str.strip),
    "trimprefix": _two(str.removeprefix),
    "trimspace": _one(str.strip),
    "trimsuffix": _two(str.removesuffix),
    "upper": _one(str.upper),
}
JOINING: Mapping[str, Callable[[list[Any]], Any]] = {
    "format": _format,
    "formatlist": lambda given: [
        _format([given[0], *(item[at] if isinstance(item, list) else item for item in given[1:])])
        for at in range(max(len(item) for item in given[1:] if isinstance(item, list)))
    ],
    "join": _join,
    "tostring": _tostring,
}
"""Functions that put outputs and secrets into a text."""
