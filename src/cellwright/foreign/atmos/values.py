"""Values of manifests: templates filled in, functions of YAML evaluated."""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cellwright.foreign.atmos.reading import PLACES, FunctionCall, OutputCall, Templated, read_yaml
from cellwright.foreign.expressions.values import NoValue, step_into
from cellwright.foreign.templates.filling import filled
from cellwright.foreign.templates.reading import TemplateFault
from cellwright.foreign.tree import ForeignValue, OutputOf, Unreadable, unreadable_in
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position

_WITH_STACK = 3
_OTHERWISE = "//"
_DEEPEST = 20
_LARGEST = 4_000_000
_STEP = re.compile(r"""\.?([A-Za-z_][\w-]*)|\.?\[(\d+)\]|\.?\[?"([\w-]+)"\]?""")


@dataclass
class Values:
    """Evaluates the values of one tree."""

    root: Path
    environment: Mapping[str, str]
    keys: Mapping[tuple[str, str], str]
    """Keys of units by names of stack and component."""
    from_environment: dict[str, tuple[str, Position]] = field(default_factory=dict)
    """Variables of the environment that were asked for, what was answered, and where."""

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
        known = {**context, "locals": written.local} if written.local else context

        def resolved(value: Any) -> Any:  # noqa: ANN401  what the context holds
            found = self.value(value, stack, known, depth + 1)
            for fault in unreadable_in(found):
                raise TemplateFault(fault.why)
            if isinstance(found, OutputOf):
                raise TemplateFault("what is made of an output is not evaluated before that is there")
            return found

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
        path = _steps(rest[-1])
        if not path:
            return Unreadable(call.text, call.position, "an expression, not the name of an output")
        return OutputOf(key, path, call.position)

    def _function(
        self, call: FunctionCall, stack: str, context: Mapping[str, Any], depth: int
    ) -> ForeignValue:
        function = _FUNCTIONS.get(call.name)
        if function is None:
            return Unreadable(call.text, call.position, f"{call.name} is not evaluated here")
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
        found = self.environment.get(name, _unquoted(otherwise.strip()) if otherwise else None)
        if found is None:
            raise NoValue(f"the environment variable {name} is not set here")
        self.from_environment.setdefault(name, (found, call.position))
        return found

    def included(self, call: FunctionCall, argument: str) -> ForeignValue:
        """Give a file of the tree, or a part of it, as `!include FILE [.PART]` does."""
        name, _, part = argument.strip().partition(" ")
        if "://" in name:
            raise NoValue("a file from elsewhere is not fetched")
        base = call.file.parent if name.startswith(".") else self.root
        path = Path(os.path.normpath(base / name))
        found = self._file(path)
        for step in _steps(part.strip()) if part.strip() not in {"", "."} else ():
            found = step_into(found, step)
        return found

    def _file(self, path: Path) -> ForeignValue:
        try:
            if path.stat().st_size > _LARGEST:
                raise NoValue(f"{path.name} is too large")
            if path.suffix in {".yaml", ".yml"}:
                return {name: item for name, item in read_yaml(path, self.root).items() if name != PLACES}
            text = path.read_text(encoding="utf-8")
            return json.loads(text) if path.suffix == ".json" else text
        except (OSError, ValueError):
            raise NoValue(f"{path.name} can't be read") from None
        except DiagnosticError as fault:
            raise NoValue(fault.diagnostics[0].summary) from None

    def repository(self, _call: FunctionCall, argument: str) -> ForeignValue:
        """Give the folder of the repository, as `!repo-root [DEFAULT]` does."""
        for folder in (self.root, *self.root.parents):
            if (folder / ".git").exists():
                return str(folder)
        return argument.strip() or str(self.root)

    def parsed(self, _call: FunctionCall, argument: str) -> ForeignValue:
        """Give what a template has made as JSON, as `!template` does."""
        try:
            return json.loads(argument)
        except ValueError:
            return argument


def _steps(text: str) -> tuple[str, ...]:
    """Cut `.a[0].b` into its steps; nothing if it is more than that."""
    found, at = [], 0
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None:
            return ()
        found.append(next(group for group in step.groups() if group is not None))
        at = step.end()
    return tuple(found)


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
