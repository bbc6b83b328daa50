"""A command or an option that there is not, and the one that was meant."""

import re
from typing import Any

import typer

from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.text.suggestion import nearest_two, question

_LONG = "--"
_COMMAND = re.compile(r"No such command '(?P<name>.*?)'", re.DOTALL)


def unknown_word(fault: typer.TyperException) -> Diagnostic | None:
    """Say which command or option is unknown, and what is nearest to it; None for any other mistake."""
    context: Any = getattr(fault, "ctx", None)
    if context is None:
        return None
    option = getattr(fault, "option_name", None) if hasattr(fault, "possibilities") else None
    if isinstance(option, str):
        # Without what all options begin with: it would make all of them alike.
        near = nearest_two(option.removeprefix(_LONG), _options(context))
        return _unknown("option", option, tuple(f"{_LONG}{item}" for item in near), context)
    found = _COMMAND.match(fault.message)
    if found is None:
        return None
    near = nearest_two(found["name"], context.command.list_commands(context))
    return _unknown("command", found["name"], near, context)


def _options(context: Any) -> list[str]:  # noqa: ANN401  the library's classes are private
    names = [name for item in context.command.get_params(context) for name in item.opts]
    return [name.removeprefix(_LONG) for name in names if name.startswith(_LONG)]


def _unknown(kind: str, name: str, near: tuple[str, ...], context: Any) -> Diagnostic:  # noqa: ANN401  as above
    look = f"un '{context.command_path} --help'"
    return error(f"unknown {kind} '{name}'", f"{question(near)} R{look}" if near else f"r{look}")
