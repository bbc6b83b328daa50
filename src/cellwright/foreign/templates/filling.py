"""Fills templates of Go in."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from cellwright.foreign.templates.functions import FUNCTIONS, is_true, text_of
from cellwright.foreign.templates.reading import (
    Action,
    Branch,
    Loop,
    Part,
    TemplateFault,
    Word,
    read_template,
)

_WRONG = (
    yaml.YAMLError,
    TypeError,
    ValueError,
    IndexError,
    KeyError,
    AttributeError,
    StopIteration,
    RecursionError,
)
_DEEPEST = 50
_LONGEST = 1_000_000


def filled(
    text: str, context: Mapping[str, Any], resolved: Callable[[Any], Any] = lambda value: value
) -> Any:  # noqa: ANN401  a text, or what its only action gives
    """Fill a template in; `resolved` is given each value that a name leads to.

    Raises:
        TemplateFault: it does more than is understood here, or names what has no value.
    """
    filling = _Filling(context, context, resolved)
    parts = [part for part in read_template(text) if part != ""]
    try:
        if len(parts) == 1 and isinstance(parts[0], Action):
            found = filling.value(parts[0].words)
            if found is None:
                raise TemplateFault("it names what has no value")
            return found
        return filling.text(parts)
    except _WRONG:
        raise TemplateFault("it can't be filled in") from None


@dataclass
class _Filling:
    root: Mapping[str, Any]
    dot: Any
    resolved: Callable[[Any], Any]
    variables: dict[str, Any] = field(default_factory=dict)

    def text(self, parts: Sequence[Part]) -> str:
        found = "".join(self._part(part) for part in parts)
        if len(found) > _LONGEST:
            raise TemplateFault("what it makes is too long")
        return found

    def _part(self, part: Part) -> str:
        match part:
            case str():
                return part
            case Action(words):
                if len(words) > 1 and words[1].text in {":=", "="}:
                    self.variables[words[0].text] = self.value(words[2:])
                    return ""
                return text_of(self.value(words))
            case Branch(keyword, words, then, otherwise):
                value = self.value(words)
                if not is_true(value):
                    return self._inside(self.dot).text(otherwise)
                return self._inside(value if keyword == "with" else self.dot).text(then)
            case Loop():
                return "".join(self._rounds(part))

    def _rounds(self, loop: Loop) -> Iterator[str]:
        value = self.value(loop.words)
        items = sorted(value.items()) if isinstance(value, Mapping) else list(enumerate(value or ()))
        if not items:
            yield self.text(loop.otherwise)
        for key, item in items:
            inside = self._inside(item)
            names = (*loop.names, "", "")
            known = {names[0]: key, names[1]: item} if names[1] else {names[0]: item}
            inside.variables.update({name: given for name, given in known.items() if name})
            yield inside.text(loop.body)

    def _inside(self, dot: Any) -> "_Filling":  # noqa: ANN401  what a template may hold
        return replace(self, dot=dot, variables=dict(self.variables))

    def value(self, words: Sequence[Word]) -> Any:  # noqa: ANN401  as above
        found, rest = self._pipeline(list(words), 0)
        if rest:
            raise TemplateFault("an action that is not understood here")
        return found

    def _pipeline(self, words: list[Word], depth: int) -> tuple[Any, list[Word]]:
        if depth > _DEEPEST:
            raise TemplateFault("it is nested too deeply")
        value, words = self._command(words, None, depth)
        while words and words[0].text == "|" and words[0].kind == "sign":
            value, words = self._command(words[1:], [value], depth)
        return value, words

    def _command(self, words: list[Word], piped: list[Any] | None, depth: int) -> tuple[Any, list[Word]]:
        if not words:
            raise TemplateFault("an action that is not understood here")
        head = words[0]
        name = head.text if head.kind == "word" and head.text not in _CONSTANTS else ""
        rest = words[1:] if name else words
        operands: list[Any] = []
        while rest and not (rest[0].kind == "sign" and rest[0].text in {"|", ")"}):
            operand, rest = self._operand(rest, depth)
            operands.append(operand)
        if not name:
            if len(operands) != 1 or piped is not None:
                raise TemplateFault("an action that is not understood here")
            return operands[0], rest
        function = FUNCTIONS.get(name)
        if function is None:
            raise TemplateFault(f"the function {name} is not evaluated here")
        return self.resolved(function([*operands, *(piped or [])])), rest

    def _operand(self, words: list[Word], depth: int) -> tuple[Any, list[Word]]:
        head, rest = words[0], words[1:]
        match head.kind:
            case "text":
                return (head.text[1:-1] if head.text[0] == "`" else json.loads(head.text)), rest
            case "number":
                return (float(head.text) if "." in head.text else int(head.text)), rest
            case "field":
                return self._field(head.text), rest
            case "word" if head.text in _CONSTANTS:
                return _CONSTANTS[head.text], rest
            case "word":
                return self._command([head], None, depth + 1)[0], rest
            case "sign" if head.text == "(":
                value, rest = self._pipeline(rest, depth + 1)
                if not rest or rest[0].text != ")":
                    raise TemplateFault("an action that is not understood here")
                return value, rest[1:]
            case _:
                raise TemplateFault("an action that is not understood here")

    def _field(self, text: str) -> Any:  # noqa: ANN401  as above
        start, *steps = text.split(".")
        value: Any = self.dot
        if start == "$":
            value = self.root
        elif start:
            if start not in self.variables:
                raise TemplateFault(f"'{start}' is not known")
            value = self.variables[start]
        for step in filter(None, steps):
            if not isinstance(value, Mapping):  # a mapping may have other parts that have no value
                value = self.resolved(value)
            value = value.get(step) if isinstance(value, Mapping) else None
        return self.resolved(value)


_CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "nil": None}
