"""Reads a module's declarations from the text of its files."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TypeVar

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.text.json_text import COMPACT
from cellwright.model.value import Json
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import Expression, FunctionCall, Literal, Traversal, TupleExpression
from cellwright.stacks.reading.constant import NOT_EVALUATED, constant_of
from cellwright.stacks.reading.declaration import Argument, Declaration, read_declarations
from cellwright.stacks.reading.duplicates import duplicates, local_name_faults
from cellwright.stacks.reading.early import UNKNOWN, Early, variables_in
from cellwright.stacks.reading.early_syntax import literal_value, read_early
from cellwright.stacks.reading.module import ModuleCall, Output, TerraformModule, Variable
from cellwright.stacks.reading.named_values import block_faults, default_faults, name_faults, output_faults
from cellwright.stacks.reading.path_syntax import read_paths
from cellwright.stacks.reading.provider_syntax import read_providers
from cellwright.stacks.reading.type_syntax import constraint_of
from cellwright.stacks.reading.version_syntax import read_versions
from cellwright.stacks.types.constraint import AnyType, TypeConstraint

_LABELS: Mapping[str, int] = {
    "variable": 1,
    "output": 1,
    "module": 1,
    "provider": 1,
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
    "action": 2,
}
"""The number of labels of each kind of block that is read here; other kinds are not checked."""

_META_ARGUMENTS = frozenset(
    {"source", "version", "count", "for_each", "providers", "depends_on", "ignore_nested_deprecations"}
)

_Declared = TypeVar("_Declared", Variable, Output, ModuleCall)


def read_module(folder: str, files: Mapping[str, bytes]) -> TerraformModule:
    """Read a module from the contents of its configuration files, by file name; positions are in `folder`.

    Raises:
        DiagnosticError: with every finding: files that do not parse, double declarations, unknown types.
    """
    declarations, findings = read_declarations(folder, files)
    findings.extend(_label_faults(declarations))
    _raise_any(findings)
    findings.extend(duplicates(declarations))
    findings.extend(local_name_faults(declarations))
    variables = _collect(_of_kind(declarations, "variable"), _variable, findings)
    outputs = _collect(_of_kind(declarations, "output"), _output, findings)
    named = _locals(_of_kind(declarations, "locals"))
    calls = _collect(_of_kind(declarations, "module"), lambda item: _call(item, named), findings)
    terraform = list(_of_kind(declarations, "terraform"))
    providers = read_providers(terraform, declarations, findings)
    _raise_any(findings)
    return TerraformModule(
        variables=variables,
        outputs=outputs,
        providers=providers,
        calls=tuple(calls.values()),
        defaults=_defaults(_of_kind(declarations, "variable"), _named_in(calls.values())),
        versions=tuple(read_versions(declarations)),
        paths=tuple(dict.fromkeys(read_paths(declarations, named))),
        state_store=next((item.position for block in terraform for item in block.inner("state_store")), None),
    )


def _raise_any(findings: Iterable[Diagnostic]) -> None:
    if ordered := sorted(findings, key=lambda item: (item.position or Position(""), item.summary)):
        raise DiagnosticError(*ordered)


def _of_kind(declarations: Iterable[Declaration], kind: str) -> Iterator[Declaration]:
    return (item for item in declarations if item.kind == kind)


def _label_faults(declarations: Iterable[Declaration]) -> Iterator[Diagnostic]:
    for item in declarations:
        wanted = _LABELS.get(item.kind)
        if wanted is not None and len(item.labels) != wanted:
            labels, example = ("a name", '"name"') if wanted == 1 else ("a type and a name", '"type" "name"')
            advice = f"write {item.kind} {example} {{ }}"
            yield error(f"a block '{item.kind}' takes {labels}", advice, item.position)


def _collect(
    declarations: Iterable[Declaration],
    read: Callable[[Declaration], _Declared],
    findings: list[Diagnostic],
) -> dict[str, _Declared]:
    """Read blocks of one kind by name; faults are added to `findings`."""
    found: dict[str, _Declared] = {}
    for item in declarations:
        name = item.labels[0]
        if name in found:
            advice = f"the other one is at {found[name].position}; remove one of the two"
            findings.append(error(f"the {item.kind} '{name}' is declared twice", advice, item.position))
            continue
        try:
            found[name] = read(item)
        except DiagnosticError as fault:
            findings.extend(fault.diagnostics)
    return found


def _variable(item: Declaration) -> Variable:
    _raise_any((*name_faults(item), *block_faults(item)))
    constraint = _type(item.arguments.get("type"))
    _raise_any(default_faults(item, constraint))
    return Variable(
        name=item.labels[0],
        type=constraint,
        required="default" not in item.arguments,
        nullable=_flag(item, "nullable", default=True),
        sensitive=_flag(item, "sensitive"),
        ephemeral=_flag(item, "ephemeral"),
        deprecated=_deprecation(item),
        description=_text(item, "description"),
        default=_default_text(item),
        rules=tuple(filter(None, (_text(rule, "error_message") for rule in item.inner("validation")))),
        choices=_choices(item),
        position=item.position,
    )


def _choices(item: Declaration) -> tuple[str, ...]:
    """Give the list of `condition = contains([...], var.NAME)`, if all that is in it are texts."""
    for rule in item.inner("validation"):
        condition = rule.arguments.get("condition")
        match condition.value if condition is not None else None:
            case FunctionCall("contains", (TupleExpression(items), Traversal(("var", name), whole=True))):
                texts = tuple(one.value for one in items if isinstance(one, Literal))
                found = tuple(text for text in texts if isinstance(text, str))
                if name == item.labels[0] and len(found) == len(items):
                    return found
            case _:
                pass
    return ()


def _default_text(item: Declaration) -> str:
    argument = item.arguments.get("default")
    if argument is None:
        return ""
    try:
        value = constant_of(argument.value, json=argument.source.is_json)
    except SyntaxFault:
        return ""
    return "" if value is NOT_EVALUATED else COMPACT.write(value)


def _output(item: Declaration) -> Output:
    _raise_any((*name_faults(item), *block_faults(item), *output_faults(item)))
    return Output(
        name=item.labels[0],
        sensitive=_flag(item, "sensitive"),
        deprecated=_deprecation(item),
        description=_text(item, "description"),
        position=item.position,
    )


def _version(item: Declaration) -> str | None:
    argument = item.arguments.get("version")
    if argument is None:
        return None
    return str(argument.value.value) if isinstance(argument.value, Literal) else ""


def _call(item: Declaration, named: Mapping[str, Expression]) -> ModuleCall:
    _raise_any(name_faults(item))
    argument = item.arguments.get("source")
    if argument is None:
        advice = 'write source = "./folder", or the address of a module'
        raise DiagnosticError(error(f"the module '{item.labels[0]}' has no source", advice, item.position))
    match argument.value:
        case Literal(value=str(source)):
            local = source.startswith(".")
            return ModuleCall(
                item.labels[0],
                source,
                item.position,
                arguments=_arguments(item, named) if local else {},
                version=_version(item),
            )
        case Literal(offset=offset):
            fault = SyntaxFault(offset, "a module's source is a string", 'write source = "./folder"')
            raise DiagnosticError(argument.diagnostic(fault))
        case expression:
            computed = read_early(expression, named)
            return ModuleCall(item.labels[0], None, item.position, computed, _arguments(item, named))


def _arguments(item: Declaration, named: Mapping[str, Expression]) -> dict[str, Early]:
    return {
        name: read_early(argument.value, named)
        for name, argument in item.arguments.items()
        if name not in _META_ARGUMENTS
    }


def _locals(blocks: Iterable[Declaration]) -> dict[str, Expression]:
    """Give the locals by name; those of override files come last and win."""
    return {name: argument.value for block in blocks for name, argument in block.arguments.items()}


def _named_in(calls: Iterable[ModuleCall]) -> set[str]:
    """Give the variables that sources and arguments of calls are made of."""
    return {
        name
        for call in calls
        for item in (call.computed_source, *call.arguments.values())
        for name in variables_in(item)
    }


def _defaults(variables: Iterable[Declaration], wanted: Collection[str]) -> dict[str, Json]:
    found = {
        item.labels[0]: literal_value(item.arguments["default"].value)
        for item in variables
        if item.labels[0] in wanted and "default" in item.arguments
    }
    return {name: value for name, value in found.items() if value is not UNKNOWN}


def _type(argument: Argument | None) -> TypeConstraint:
    if argument is None:
        return AnyType()
    try:
        return constraint_of(argument.value, json=argument.source.is_json)
    except SyntaxFault as fault:
        raise DiagnosticError(argument.diagnostic(fault)) from None


def _flag(item: Declaration, name: str, *, default: bool = False) -> bool:
    argument = item.arguments.get(name)
    if argument is None:
        return default
    match argument.value:
        case Literal(value=bool(value)):
            return value
        case Literal(value="true" | "false" as text):
            return text == "true"
        case value:
            fault = SyntaxFault(value.offset, f"'{name}' is true or false", "write one of the two")
            raise DiagnosticError(argument.diagnostic(fault))


def _deprecation(item: Declaration) -> str | None:
    return " ".join(_text(item, "deprecated").split()) if "deprecated" in item.arguments else None


def _text(item: Declaration, name: str) -> str:
    argument = item.arguments.get(name)
    match argument.value if argument else None:
        case Literal(value=str(text)):
            return text
        case _:
            return ""
