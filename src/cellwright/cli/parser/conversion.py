"""Leaves Typer's conversion out where a value needs none.

For every parameter, given or not, Typer builds a converter with pydantic, and importing pydantic takes longer
than most commands do. A parameter that was not given, and one that is text, needs no converter; nor does a
number that is the default, as one from the command line is text.
"""

from collections.abc import Callable, Mapping
from typing import Any, get_args

import typer
from typer.core import TyperCommand, TyperGroup

_LARGEST = 2**63 - 1
_TEXT = (str, str | None, list[str], list[str] | None)


def convert_where_needed(made: TyperCommand | TyperGroup, hints: Mapping[str, Any]) -> None:
    """Make a command's parameters convert only what is no text and was given; `hints` are their types."""
    for parameter in made.params:
        kind = get_args(hints.get(str(parameter.name)))[:1]
        spare(parameter, text=bool(kind) and kind[0] in _TEXT)


def spare(parameter: Any, *, text: bool) -> None:  # noqa: ANN401  its class is private
    """Make one parameter convert only what is no text and was given; doing it again changes nothing."""
    if "process_value" not in vars(parameter):
        parameter.process_value = _process(parameter, text=text)


def _process(parameter: Any, *, text: bool) -> Callable[[Any, Any], Any]:  # noqa: ANN401  as above
    """What a parameter does with what the command line has for it: convert, insist, call back."""
    convert = parameter.process_value

    def process(context: Any, value: Any) -> Any:  # noqa: ANN401  as above
        missing = value in (None, ())
        ready = text or (type(value) is int and value == parameter.default)
        if parameter.required if missing else not ready:
            return _countable(context, parameter, convert(context, value))  # Typer also says what is missing
        return parameter.callback(context, parameter, value) if parameter.callback else value

    return process


def _countable(context: Any, parameter: Any, value: Any) -> Any:  # noqa: ANN401  as above
    """Refuse a number that no database takes."""
    if isinstance(value, int) and value > _LARGEST:
        raise typer.BadParameter(f"the largest number is {_LARGEST}", ctx=context, param=parameter)
    return value
