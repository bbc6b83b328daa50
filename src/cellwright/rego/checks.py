"""Finds in policies what the evaluator would leave undefined, or what would never be asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cellwright.rego.builtins import ANY_NUMBER, ARGUMENTS, REASONS, WALK
from cellwright.rego.formatting import VERB, VERBS
from cellwright.rego.messages import Fault
from cellwright.rego.names import Known, Names, Rule, Syntax, known_names
from cellwright.rego.regular_expressions import ExpressionError, compiled
from cellwright.rego.syntax import REFERENCES, TEXTS, Tree, column_in_characters, node, nodes, path, place

PARTS = frozenset(
    [
        "action_invocations",
        "applyable",
        "cellwright",
        "checks",
        "complete",
        "configuration",
        "deferred_action_invocations",
        "deferred_changes",
        "errored",
        "format_version",
        "output_changes",
        "planned_values",
        "prior_state",
        "proposed_unknown",
        "relevant_attributes",
        "resource_changes",
        "resource_drift",
        "terraform_version",
        "timestamp",
        "variables",
    ]
)
"""What there is behind `input`: the parts of Terraform's plan as JSON, and our own."""

_EXPRESSION_AT: Mapping[str, int] = {
    "regex.match": 0,
    "regex.find_n": 0,
    "regex.find_all_string_submatch_n": 0,
    "regex.split": 0,
    "regex.replace": 1,
}
_WITH_RESULT = 2
_IMPORTED = frozenset(
    ("rego.v1", *(f"future.keywords{name}" for name in ("", ".contains", ".every", ".if", ".in")))
)


def find_faults(modules: Sequence[Syntax]) -> Iterator[Fault]:
    """Yield what is wrong with modules that are used together."""
    known = known_names(modules)
    # When plans are judged, files of tests are left out.
    judging = known_names([module for module in modules if not module.is_test])
    for module in modules:
        for fault in _faults(module, known if module.is_test else judging):
            yield replace(fault, column=column_in_characters(module.source, fault.line, fault.column))


def _faults(module: Syntax, known: Known) -> Iterator[Fault]:
    for rule in module.rules:
        yield from _head(module, rule)
    for item in module.tree["imports"]:
        yield from _imported(module, item, known)
    parts = {id(item) for item in _parts(module)}
    for kind, content in module.nodes:
        if kind == "Call":
            yield from _call(module, content, known)
        elif kind == "NotExpr":
            yield from _negated(module, content)
        elif kind == "ArithExpr":
            yield from _arithmetic(module, content)
        elif kind == "Membership" and content["key"] is not None:
            fault = "`k, v in x` is not supported; write x[k] == v"
            yield Fault(fault, module.file, *place(content))
        elif kind in REFERENCES and id(content) not in parts:
            yield from _reference(module, {kind: content}, known)


def _head(module: Syntax, rule: Rule) -> Iterator[Fault]:
    line, column = place(rule.head)

    def fault(text: str) -> Fault:
        return Fault(text, module.file, line, column)

    if rule.nearly_judges:
        yield fault(f"the rule {rule.name} is not asked: only names in lower case are")
    if rule.kind == "Set" and not rule.path.whole:
        yield fault(f"a part of the rule's name is computed ({rule.name}[..]): this is not supported")
    if not rule.judges:
        return
    if module.is_test:
        yield fault(f"the rule {rule.name} stands in a file of tests, where it judges nothing")
    if rule.arguments:
        yield fault(f"the rule {rule.name} takes arguments, so it can't be asked")
    elif len(rule.path.names) > 1 and (rule.path.dotted or rule.kind == "Set"):
        yield fault(f"the rule {'.'.join(rule.path.names)} is not asked: only {rule.name} itself is")


def _imported(module: Syntax, item: Tree, known: Known) -> Iterator[Fault]:
    found = path(item["refr"])
    if found is None:
        return
    line, column = place(item["refr"][next(iter(item["refr"]))])
    first = found.names[0]
    if first == "data" and not known.leads_somewhere(found.names):
        yield Fault(f"there is no package or rule {'.'.join(found.names)}", module.file, line, column)
    elif first == "input":
        yield from _part(module, found.names, (line, column))
    elif first != "data" and ".".join(found.names) not in _IMPORTED:
        yield Fault(f"{'.'.join(found.names)} can't be imported", module.file, line, column)


def _negated(module: Syntax, content: Tree) -> Iterator[Fault]:
    """Newer releases of OPA take `not { .. }` as a body; older ones, and the evaluator, as a set."""
    kind, _ = node(content["expr"])
    if kind in {"Set", "Object", "SetCompr", "ObjectCompr"}:
        fault = "`not { .. }` is not supported; put what is in the braces into a rule of its own"
        yield Fault(fault, module.file, *place(content))


def _arithmetic(module: Syntax, content: Tree) -> Iterator[Fault]:
    """OPA computes with more digits than the evaluator does."""
    for side in ("lhs", "rhs"):
        kind, operand = node(content[side])
        if kind == "Number" and isinstance(operand["value"], float) and not operand["value"].is_integer():
            fault = "computing with fractions is not supported; use whole numbers"
            yield Fault(fault, module.file, *place(operand))


def _call(module: Syntax, content: Tree, known: Known) -> Iterator[Fault]:
    found = path(content["fcn"])
    line, column = place(content)
    if found is None or not found.whole:
        yield Fault("only functions can be called", module.file, line, column)
        return
    name = ".".join(found.names)
    if name in ANY_NUMBER:
        return
    if name == WALK and len(content["params"]) != _WITH_RESULT:
        yield Fault("walk(x) is not supported; write walk(x, [path, value])", module.file, line, column)
        return
    numbers = _numbers(module, found.names, known)
    if numbers is None:
        reason = f": {REASONS[name]}" if name in REASONS else ""
        yield Fault(f"there is no function {name} here{reason}", module.file, line, column)
        return
    given = len(content["params"])
    # One more than it takes: the last is given the result.
    if not any(given in {number, number + 1} for number in numbers):
        wanted = " or ".join(map(str, sorted(numbers)))
        yield Fault(f"{name} takes {wanted} arguments, not {given}", module.file, line, column)
        return
    yield from _arguments(module, name, content["params"])


def _numbers(module: Syntax, names: Names, known: Known) -> frozenset[int] | None:
    """Tell how many arguments a function takes; None if there is no such function."""
    if names[0] in module.imports or names[0] == "data":
        return known.functions.get(module.full(names)[1:])
    own = known.functions.get((*module.package, *names))
    if own is not None:
        return own
    number = 1 if names == (WALK,) else ARGUMENTS.get(".".join(names))
    return None if number is None else frozenset((number,))


def _arguments(module: Syntax, name: str, given: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    """Look at arguments that are written out."""
    if (index := _EXPRESSION_AT.get(name)) is not None:
        kind, content = node(given[index])
        if kind in TEXTS:
            try:
                compiled(content["value"])
            except ExpressionError:
                yield Fault(f"{name}: this is no regular expression (RE2)", module.file, *place(content))
    if name == "sprintf":
        (kind, content), (of, values) = node(given[0]), node(given[1])
        if kind in TEXTS:
            count = len(values["items"]) if of == "Array" else None
            if fault := _format_fault(content["value"], count):
                yield Fault(f"sprintf: {fault}", module.file, *place(content))


def _format_fault(form: str, values: int | None) -> str:
    wanted = 0
    for match in VERB.finditer(form):
        verb = match["verb"]
        if verb == "%":
            continue
        if verb not in VERBS or "#" in match["flags"]:
            return f"{match.group()} is not supported"
        wanted += 1
    if values is not None and wanted != values:
        return f"{wanted} values are asked for, {values} are given"
    return ""


def _reference(module: Syntax, tree: Mapping[str, Any], known: Known) -> Iterator[Fault]:
    found = path(tree)
    if found is None:
        return
    names = module.full(found.names)
    (content,) = tree.values()
    if names == ("data",):
        fault = "`data` as a whole is not supported; name a package"
        yield Fault(fault, module.file, *place(content))
    elif names[0] == "data" and not known.leads_somewhere(names):
        name = ".".join(names)
        yield Fault(f"there is no package or rule {name}", module.file, *place(content))
    elif names[0] == "input" and not module.is_test:
        yield from _part(module, names, place(content))


def _part(module: Syntax, names: Names, where: tuple[int, int]) -> Iterator[Fault]:
    if len(names) > 1 and names[1] not in PARTS:
        detail = 'a plan has no such part; if a newer one has, write object.get(input, "..", null)'
        yield Fault(f"there is no input.{names[1]}: {detail}", module.file, *where)


def _parts(module: Syntax) -> Iterator[Tree]:
    """Yield what is no reference by itself.

    These are the parts of longer references, the names of functions, and what `with` replaces, which need not
    exist.
    """
    for kind, content in module.nodes:
        if kind in {"RefDot", "RefBrack"}:
            yield node(content["refr"])[1]
        elif kind == "Call":
            yield from (inner for _, inner in nodes(content["fcn"]))
        elif kind == "With":
            yield from (inner for _, inner in nodes(content["refr"]))
