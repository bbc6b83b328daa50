"""Functions that Terragrunt adds to those of HCL, and functions that read files."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cellwright.foreign.expressions.evaluator import Evaluator
from cellwright.foreign.expressions.values import NoValue, attribute, text_of, wholly_told
from cellwright.foreign.files import read_variables, shown
from cellwright.foreign.secrets import closed, closed_file, holds_secrets
from cellwright.foreign.tree import Document, ForeignValue, FromEnvironment, leaves
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position
from cellwright.stacks.hcl.expression import parse_template
from cellwright.stacks.hcl.source import Source, SyntaxFault
from cellwright.stacks.hcl.syntax import Expression, FunctionCall, Literal, TemplateExpression

if TYPE_CHECKING:
    from cellwright.foreign.terragrunt.config import Config

Function = Callable[[list[ForeignValue]], ForeignValue]
_WITH_DEFAULT = 2
_LARGEST = 4_000_000
_ABOVE = "terragrunt.hcl"


def functions_of(config: "Config") -> Callable[[FunctionCall], Function | None]:
    """Give what calls mean in one file."""
    known = _by_name(config)

    def function(call: FunctionCall) -> Function | None:
        if call.name == "get_env":
            position = config.file.position(call.offset)
            return lambda given: _of_environment(config, given, position, is_written=_is_text(call.arguments))
        return known.get(call.name)

    return function


def _by_name(config: "Config") -> Mapping[str, Function]:
    parent = config.path.parent
    to_include = os.path.relpath(config.unit, parent) if config.included else "."
    from_include = os.path.relpath(parent, config.unit) if config.included else "."
    of_files = _Files(config)
    found: dict[str, Function] = {
        "abspath": lambda given: str(config.absolute(text_of(given[0]))),
        "file": of_files.text,
        "fileexists": lambda given: of_files.there(given[0]).is_file(),
        "find_in_parent_folders": of_files.above,
        "get_original_terragrunt_dir": lambda _given: str(config.original),
        "get_parent_terragrunt_dir": lambda given: str(_included_folder(config, given)),
        "get_repo_root": lambda _given: str(_repository(config)),
        "get_terragrunt_dir": lambda _given: str(config.unit),
        "get_working_dir": _working_folder,
        "get_path_from_repo_root": lambda _given: os.path.relpath(config.unit, _repository(config)),
        "get_path_to_repo_root": lambda _given: os.path.relpath(_repository(config), config.unit),
        "mark_as_read": lambda given: given[0],
        "path_relative_from_include": lambda given: (
            os.path.relpath(_included_folder(config, given), config.unit) if given else from_include
        ),
        "path_relative_to_include": lambda given: (
            os.path.relpath(config.unit, _included_folder(config, given)) if given else to_include
        ),
        "read_terragrunt_config": lambda given: config.read([wholly_told(given[0]), *given[1:]]),
        "read_tfvars_file": of_files.variables,
        "templatefile": of_files.template,
    }
    return found


class _Files:
    """Functions that read files."""

    def __init__(self, config: "Config") -> None:
        self._config = config

    def there(self, path: ForeignValue) -> Path:
        return self._config.tree.real(self._config.absolute(text_of(path)))

    def above(self, given: list[ForeignValue]) -> str:
        """Find a file or folder in the folders above, as `find_in_parent_folders` does."""
        name = text_of(given[0]) if given else _ABOVE
        for folder in self._config.unit.parents:
            if self._config.tree.real(folder / name).exists():
                return str(folder / name)
        if len(given) == _WITH_DEFAULT:
            return str(given[1])
        raise NoValue(f"no folder above has a {name}")

    def text(self, given: list[ForeignValue]) -> str:
        try:
            path = self.there(given[0])
            if holds_secrets(path):
                raise NoValue(closed_file(path), unknown=True)
            if path.stat().st_size > _LARGEST:
                raise NoValue(f"the file {given[0]} is too large")
            return path.read_text(encoding="utf-8")
        except (OSError, ValueError):
            raise NoValue(f"the file {given[0]} can't be read") from None

    def variables(self, given: list[ForeignValue]) -> ForeignValue:
        """Give the values of a `*.tfvars` file as JSON, as `read_tfvars_file` does; secrets stay such."""
        try:
            path = self.there(given[0])
            if holds_secrets(path):
                raise NoValue(closed_file(path), unknown=True)
            found = read_variables(path, self._config.tree.root)
        except DiagnosticError as fault:
            raise NoValue(fault.diagnostics[0].summary) from None
        values = closed({name: value for name, (value, _) in found.items()})
        if any(isinstance(item, FromEnvironment) for item in leaves(values)):
            return Document(values, Position(shown(path, self._config.tree.root)))
        return json.dumps(wholly_told(values), default=str)

    def template(self, given: list[ForeignValue]) -> ForeignValue:
        text, values = self.text(given[:1]), given[1]

        def name(path: tuple[str, ...]) -> ForeignValue:
            return attribute(values, path)

        try:
            parsed = parse_template(text, 0, keeps=True)
        except SyntaxFault as fault:
            raise NoValue(f"the template {given[0]} can't be read: {fault.summary}") from None
        return wholly_told(Evaluator(Source(text_of(given[0]), text), name).value(parsed))


def _is_text(arguments: tuple[Expression, ...]) -> bool:
    """Tell whether a call names what it asks for, and does not make the name of something."""
    first = arguments[0] if arguments else None
    parts = first.parts if isinstance(first, TemplateExpression) else (first,)
    return all(isinstance(part, Literal) for part in parts)


def _of_environment(
    config: "Config", given: list[ForeignValue], position: Position, *, is_written: bool
) -> ForeignValue:
    """Give a variable of the environment, as Terragrunt would if it were started here; a secret as such."""
    name, tree = text_of(given[0]), config.tree
    if tree.is_secret(name):
        tree.secrets.setdefault(name, position)
        return FromEnvironment(name)
    if not is_written:
        raise NoValue("the name of a variable of the environment is made of something", unknown=True)
    if name not in tree.environment and len(given) < _WITH_DEFAULT:
        raise NoValue(f"the environment variable {name} is not set here")
    found = tree.environment.get(name, given[1] if len(given) == _WITH_DEFAULT else "")
    tree.from_environment.setdefault(name, position)
    return str(found)


def _working_folder(_given: list[ForeignValue]) -> ForeignValue:
    raise NoValue("the folder in which Terraform runs is one that Terragrunt makes", unknown=True)


def _included_folder(config: "Config", given: list[ForeignValue]) -> Path:
    if config.included:
        return config.path.parent
    found = config.includes()
    label = given[0] if given else ""
    if not label and len(found) == 1:
        return next(iter(found.values())).path.parent
    if label not in found:
        raise NoValue(f"there is no include '{label}'" if label else "the file includes none")
    return found[label].path.parent


def _repository(config: "Config") -> Path:
    for folder in (config.unit, *config.unit.parents):
        if (folder / ".git").exists():
            return folder
    raise NoValue("the tree lies in no git repository")
