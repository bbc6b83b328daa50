"""Reads templates of Go into texts, actions and blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

_ACTION = re.compile(
    r"\{\{(?P<before>-\s)?(?P<code>(?:\"(?:\\.|[^\"\\])*\"|`[^`]*`|[^\"`])*?)(?P<after>\s-)?\}\}", re.DOTALL
)
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:\\.|[^"\\])*"|`[^`]*`)|(?P<number>-?\d+(?:\.\d+)?)|(?P<field>\$?(?:\.[A-Za-z_][\w-]*)+|\$\w*|\.)
    |(?P<word>[A-Za-z_][\w.]*)|(?P<sign>:=|[()|,=]))""",
    re.VERBOSE,
)
_DEEPEST = 50


class TemplateFault(Exception):  # noqa: N818  an answer: why a template is not filled in
    """A template does more than is understood here, or names what has no value."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of an action: a text, a number, a field, a function, or a sign."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Action:
    """`{{ a | b }}`."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """`{{ if a }}...{{ else }}...{{ end }}`, or `with`."""

    keyword: str
    words: tuple[Word, ...]
    then: "Parts"
    otherwise: "Parts"


@dataclass(frozen=True, slots=True)
class Loop:
    """`{{ range $k, $v := a }}...{{ else }}...{{ end }}`."""

    names: tuple[str, ...]
    words: tuple[Word, ...]
    body: "Parts"
    otherwise: "Parts"


Part: TypeAlias = "str | Action | Branch | Loop"
Parts: TypeAlias = tuple[Part, ...]


def read_template(text: str) -> Parts:
    """Read a template.

    Raises:
        TemplateFault: it is none, or does more than is understood here.
    """
    parts, end = _parts(iter(_pieces(text)), 0)
    if end is not None:
        raise TemplateFault(f"'{end[0].text}' does not belong there")
    return parts


def _pieces(text: str) -> Iterator[str | tuple[Word, ...]]:
    at, strip = 0, False
    for found in _ACTION.finditer(text):
        before = text[at : found.start()]
        before = before.lstrip() if strip else before
        yield before.rstrip() if found["before"] else before
        at, strip = found.end(), bool(found["after"])
        code = found["code"].strip()
        if not code.startswith("/*"):
            yield tuple(_words(code))
    rest = text[at:]
    if "{{" in rest:
        raise TemplateFault("an action is never ended")
    yield rest.lstrip() if strip else rest


def _words(code: str) -> Iterator[Word]:
    at = 0
    while at < len(code):
        found = _TOKEN.match(code, at)
        if found is None:
            raise TemplateFault("an action that is not understood here")
        at = found.end()
        kind = found.lastgroup or ""
        yield Word(kind, found[kind])
        while at < len(code) and code[at].isspace():
            at += 1


def _parts(pieces: Iterator[str | tuple[Word, ...]], depth: int) -> tuple[Parts, tuple[Word, ...] | None]:
    """Take pieces up to the action that ends them, which is given, too."""
    if depth > _DEEPEST:
        raise TemplateFault("blocks are nested too deeply")
    found: list[Part] = []
    for piece in pieces:
        if isinstance(piece, str):
            found.append(piece)
            continue
        keyword = piece[0].text if piece and piece[0].kind == "word" else ""
        if keyword in {"end", "else"}:
            return tuple(found), piece
        if keyword in {"if", "with", "range"}:
            found.append(_block(keyword, piece[1:], pieces, depth))
        elif keyword in {"define", "template", "block", "break", "continue"}:
            raise TemplateFault(f"'{keyword}' is not understood here")
        elif piece:
            found.append(Action(piece))
    return tuple(found), None


def _block(
    keyword: str, words: tuple[Word, ...], pieces: Iterator[str | tuple[Word, ...]], depth: int
) -> Part:
    then, end = _parts(pieces, depth + 1)
    if end is None:
        raise TemplateFault(f"'{keyword}' is never ended")
    otherwise: Parts = ()
    if end[0].text == "else":
        if len(end) > 1:  # else if
            otherwise = (_block(end[1].text, end[2:], pieces, depth + 1),)
        else:
            otherwise, end = _parts(pieces, depth + 1)
            if end is None or end[0].text != "end":
                raise TemplateFault(f"'{keyword}' is never ended")
    if keyword != "range":
        return Branch(keyword, words, then, otherwise)
    signs = [at for at, word in enumerate(words) if word.text == ":="]
    names: tuple[str, ...] = ()
    if signs:
        names = tuple(word.text for word in words[: signs[0]] if word.kind == "field")
        words = words[signs[0] + 1 :]
    return Loop(names, words, then, otherwise)
