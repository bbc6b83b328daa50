"""Values of manifests: templates filled in, functions of YAML evaluated."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cellwright.foreign.atmos.reading import (
    FunctionCall,
    OutputCall,
    Templated,
    included,
    mapping,
    steps_of,
)
from cellwright.foreign.expressions.values import NoValue, told
from cellwright.foreign.secrets import closed
from cellwright.foreign.templates.filling import filled
from cellwright.foreign.templates.reading import TemplateFault
from cellwright.foreign.tree import ForeignValue, FromEnvironment, OutputOf, Unreadable, unreadable_in
from cellwright.model.names import means_secret
from cellwright.model.position import Position

_WITH_STACK = 3
_OTHERWISE = "//"
VERSIONS = "__versions__"
"""What a context has the locked versions of a stack's track under."""
_DEEPEST = 20


@dataclass
class Values:
    """Evaluates the values of one tree."""

    root: Path
    environment: Mapping[str, str]
    keys: Mapping[tuple[str, str], str]
    """Keys of units by names of stack and component."""
    is_secret: Callable[[str], bool] = means_secret
    """Tells variables of the environment that are not read, but kept as references."""
    from_environment: dict[str, Position] = field(default_factory=dict)
    """Variables of the environment that were asked for, and where."""
    secrets: dict[str, Position] = field(default_factory=dict)
    """Secrets of the environment that were asked for, and where."""

    def value(self, value: Any, stack: str, context: Mapping[str, Any], depth: int = 0) -> ForeignValue:  # noqa: ANN401
        """Give a value as it is for one component."""
        match value:
            case Templated():
                return self._templated(value, stack, context, depth)
            case OutputCall():
                return self._output(value, stack)
            case FunctionCall():
                return self._function(value, stack, context, depth)
            case Mapping():
                return {name: self.value(item, stack, context, depth) for name, item in value.items()}
            case list():
                return [self.value(item, stack, context, depth) for item in value]
            case _:
                return value

    def text(self, value: Any, context: Mapping[str, Any]) -> str | None:  # noqa: ANN401  as it is written
        """Fill a template in that names a stack or a workspace; None if that can't be done."""
        written = value if isinstance(value, Templated) else Templated(str(value), Position(""))
        found = self._templated(written, "", context, 0)
        return None if isinstance(found, Unreadable | Mapping | list) else str(found)

    def _templated(
        self, written: Templated, stack: str, context: Mapping[str, Any], depth: int
    ) -> ForeignValue:
        if depth > _DEEPEST:
            return Unreadable(written.text, written.position, "it refers to itself")
        known = {**context, "locals": closed(written.local)} if written.local else context

        def resolved(value: Any) -> Any:  # noqa: ANN401  what the context holds
            found = self.value(value, stack, known, depth + 1)
            for fault in unreadable_in(found):
                raise TemplateFault(fault.why)
            try:
                return told(found)
            except NoValue as fault:
                raise TemplateFault(fault.why) from None

        try:
            found = filled(written.text, known, resolved)
        except TemplateFault as fault:
            return Unreadable(written.text, written.position, str(fault))
        plain = isinstance(found, str | Mapping | list) or ".locals." in written.text
        return found if plain else _as_text(found)

    def _output(self, call: OutputCall, stack: str) -> ForeignValue:
        words = call.words
        if _OTHERWISE in words:  # what stands for the output until it is there: a unit waits for it instead
            words = words[: words.index(_OTHERWISE)]
        component, *rest = words or ("",)
        there = rest[0] if len(words) == _WITH_STACK else stack
        key = self.keys.get((there, component))
        if key is None or not rest or len(words) > _WITH_STACK:
            return Unreadable(call.text, call.position, "it names no component of a stack of the tree")
        path = steps_of(rest[-1])
        if not path:
            return Unreadable(call.text, call.position, "an expression, not the name of an output")
        return OutputOf(key, path, call.position)

    def _function(
        self, call: FunctionCall, stack: str, context: Mapping[str, Any], depth: int
    ) -> ForeignValue:
        if call.name == "!version":
            return _locked(call, mapping(context.get(VERSIONS)))
        function = _FUNCTIONS.get(call.name)
        if function is None:
            return Unreadable(call.text, call.position, f"{call.shown_name} is not evaluated here")
        try:
            argument = call.argument
            if "{{" in argument:
                argument = str(self._template_of(call, stack, context, depth))
            return function(self, call, argument)
        except NoValue as fault:
            return Unreadable(call.text, call.position, fault.why)

    def _template_of(
        self, call: FunctionCall, stack: str, context: Mapping[str, Any], depth: int
    ) -> ForeignValue:
        found = self._templated(Templated(call.argument, call.position), stack, context, depth + 1)
        if isinstance(found, Unreadable):
            raise NoValue(found.why)
        return found

    def of_environment(self, call: FunctionCall, argument: str) -> ForeignValue:
        """Give a variable of the environment, as `!env NAME [DEFAULT]` does."""
        name, _, otherwise = argument.strip().partition(" ")
        if self.is_secret(name):
            self.secrets.setdefault(name, call.position)
            return FromEnvironment(name)
        found = self.environment.get(name, _unquoted(otherwise.strip()) if otherwise else None)
        if found is None:
            raise NoValue(f"the environment variable {name} is not set here")
        self.from_environment.setdefault(name, call.position)
        return found

    def included(self, call: FunctionCall, argument: str) -> ForeignValue:
        """Give a file of the tree, or a part of it, as `!include FILE [.PART]` does."""
        return included(argument, call.file, self.root)

    def repository(self, _call: FunctionCall, argument: str) -> ForeignValue:
        """Give the folder of the repository, as `!repo-root [DEFAULT]` does."""
        for folder in (self.root, *self.root.parents):
            if (folder / ".git").exists():
                return str(folder)
        return argument.strip() or str(self.root)

    def parsed(self, _call: FunctionCall, argument: str) -> ForeignValue:
        """Give what a template has made as JSON, as `!template` does."""
        try:
            return closed(json.loads(argument))
        except ValueError:
            return argument


def _locked(call: FunctionCall, versions: Mapping[str, Any]) -> ForeignValue:
    """Give the version that the lock file has, as `!version NAME` does."""
    found = mapping(versions.get(call.argument.strip())).get("version")
    if isinstance(found, str):
        return found
    return Unreadable(call.text, call.position, "the lock file of versions has none of that name and track")


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def _as_text(value: Any) -> ForeignValue:  # noqa: ANN401  a scalar
    return str(value).lower() if isinstance(value, bool) else str(value)


_FUNCTIONS: Mapping[str, Callable[[Values, FunctionCall, str], ForeignValue]] = {
    "!env": Values.of_environment,
    "!include": Values.included,
    "!repo-root": Values.repository,
    "!template": Values.parsed,
}
