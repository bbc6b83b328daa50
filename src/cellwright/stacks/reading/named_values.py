"""Checks `variable` and `output` blocks as Terraform does when it reads a module.

Known are the arguments of all releases of both products: a release itself reports what it does not know yet.
"""

from collections.abc import Iterator, Mapping

from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.text.suggestion import nearest
from cellwright.stacks.hcl.source import Source, SyntaxFault
from cellwright.stacks.hcl.syntax import (
    Block,
    Literal,
    ObjectExpression,
    TupleExpression,
)
from cellwright.stacks.reading.constant import NOT_EVALUATED, constant_of
from cellwright.stacks.reading.declaration import Argument, Declaration
from cellwright.stacks.types.constraint import TypeConstraint
from cellwright.stacks.types.conversion import mismatches

_ARGUMENTS: Mapping[str, frozenset[str]] = {
    "variable": frozenset(
        {"type", "default", "description", "sensitive", "nullable", "ephemeral", "deprecated", "const"}
    ),
    "output": frozenset(
        {"value", "type", "description", "sensitive", "depends_on", "ephemeral", "deprecated"}
    ),
}
_BLOCKS: Mapping[str, str] = {"variable": "validation", "output": "precondition"}
_WITH_ARTICLE = {"variable": "a variable", "output": "an output", "module": "a module"}
_RULE = frozenset({"condition", "error_message"})
_TEXTS = ("description", "deprecated")
_RESERVED = frozenset(
    {
        "source",
        "version",
        "count",
        "for_each",
        "depends_on",
        "providers",
        "_",
        "lifecycle",
        "locals",
        "provider",
    }
)
"""What stands in a `module` block for itself."""


def is_name(text: str) -> bool:
    """Tell whether a text is a name in Terraform: letters, digits, `_` and `-`, no digit or dash first."""
    return not text.startswith("-") and text.replace("-", "_").isidentifier()


def name_faults(item: Declaration) -> Iterator[Diagnostic]:
    """Find what is wrong with the name of a variable, an output or a module."""
    name = item.labels[0]
    if not is_name(name):
        advice = (
            "a name consists of letters, digits, underscores and dashes, and begins with no digit or dash"
        )
        yield error(f"'{name}' is no name of {_WITH_ARTICLE[item.kind]}", advice, item.position)
    elif item.kind == "variable" and name in _RESERVED:
        advice = "choose another name: a module block has an argument or a block of this one"
        yield error(f"the name '{name}' is reserved", advice, item.position)


def block_faults(item: Declaration) -> Iterator[Diagnostic]:
    """Find unknown arguments and inner blocks, and texts that are none."""
    known, rule = _ARGUMENTS[item.kind], _BLOCKS[item.kind]
    for name, argument in item.arguments.items():
        if name == rule and argument.source.is_json:
            yield from _rules_in_json(argument)
        elif name not in known:
            yield _unknown(item.kind, name, known, argument)
        elif name in _TEXTS and (fault := _text_fault(name, argument)):
            yield argument.diagnostic(fault)
    for block in item.block.body.blocks:
        if block.kind != rule:
            fault = SyntaxFault(
                block.offset,
                f"{_WITH_ARTICLE[item.kind]} takes no block '{block.kind}'",
                f"it takes `{rule}` blocks",
            )
            yield item.source.diagnostic(fault)
        else:
            yield from _rule_faults(item.source, block)


def default_faults(item: Declaration, constraint: TypeConstraint) -> Iterator[Diagnostic]:
    """Find what is wrong with a variable's default."""
    argument = item.arguments.get("default")
    if argument is None:
        return
    try:
        value = constant_of(argument.value, json=argument.source.is_json)
    except SyntaxFault as fault:
        yield argument.diagnostic(fault)
        return
    if value is NOT_EVALUATED:
        return
    nullable = item.arguments.get("nullable")
    if value is None and nullable is not None and nullable.source is argument.source and _is_false(nullable):
        advice = "remove it, or give another default"
        yield error("the default is null, and the variable is `nullable = false`", advice, argument.position)
    for mismatch in mismatches(constraint, value):
        summary = f"the default does not fit the type: {mismatch}"
        yield error(summary, "correct the default or the type", argument.position)


def output_faults(item: Declaration) -> Iterator[Diagnostic]:
    """Find an output without a value."""
    if "value" not in item.arguments:
        yield error(f"the output '{item.labels[0]}' has no value", "write value = ...", item.position)


def _is_false(argument: Argument) -> bool:
    return isinstance(argument.value, Literal) and argument.value.value in {False, "false"}


def _text_fault(name: str, argument: Argument) -> SyntaxFault | None:
    advice = "write it in quotes, without references"
    try:
        text = constant_of(argument.value, json=argument.source.is_json)
    except SyntaxFault as fault:
        return SyntaxFault(fault.offset, f"'{name}' is a plain text", advice)
    if text is None or isinstance(text, list | dict):
        return SyntaxFault(argument.value.offset, f"'{name}' is a plain text", advice)
    return None


def _unknown(kind: str, name: str, known: frozenset[str], argument: Argument) -> Diagnostic:
    meant = nearest(name, known)
    advice = f"did you mean '{meant}'?" if meant else f"known are {', '.join(sorted(known))}"
    return error(f"'{name}' is no argument of {_WITH_ARTICLE[kind]}", advice, argument.position)


def _rule_faults(source: Source, block: Block) -> Iterator[Diagnostic]:
    arguments = block.body.attributes
    offsets = {name: attribute.offset for name, attribute in arguments.items()}
    offsets |= {inner.kind: inner.offset for inner in block.body.blocks}
    if block.labels:
        yield source.diagnostic(SyntaxFault(block.offset, f"a {block.kind} has no label", "remove it"))
    yield from _rule_names(source, block.kind, block.offset, offsets)


def _rules_in_json(argument: Argument) -> Iterator[Diagnostic]:
    value = argument.value
    for rule in value.items if isinstance(value, TupleExpression) else (value,):
        if isinstance(rule, ObjectExpression):
            offsets = {str(key.value): key.offset for key, _ in rule.items if isinstance(key, Literal)}
            offsets.pop("//", None)
            yield from _rule_names(argument.source, argument.attribute.name, rule.offset, offsets)


def _rule_names(source: Source, kind: str, offset: int, names: Mapping[str, int]) -> Iterator[Diagnostic]:
    for name in sorted(_RULE - names.keys()):
        advice = "write a condition and an error_message"
        yield source.diagnostic(SyntaxFault(offset, f"the {kind} has no '{name}'", advice))
    for name in names.keys() - _RULE:
        advice = "it has a condition and an error_message"
        yield source.diagnostic(SyntaxFault(names[name], f"a {kind} has no argument '{name}'", advice))
