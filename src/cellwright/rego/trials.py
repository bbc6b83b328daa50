"""Runs the policies' own tests, and tells which rules found something in them; in the evaluator's process.

The library says which lines were evaluated. The head of a rule is evaluated once its body holds, so a rule
whose head's line was evaluated has found something. Where head and body share a line, they are taken apart
first.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from cellwright.planning.policy.trials import TrialResult, Trials, UnseenRule
from cellwright.rego.interpreter import Compiled, PolicyFaultError, compile_modules, prepare_modules
from cellwright.rego.messages import EvaluationRequest, Source
from cellwright.rego.names import Syntax
from cellwright.rego.syntax import Tree, node


def run_trials(sources: Sequence[Source], wanted: Collection[str]) -> Trials:
    """Run every `test_*` rule of the wanted files; it passes if it is true.

    Raises:
        PolicyFaultError: the modules can't be evaluated.
    """
    compiled = compile_modules(sources)
    written = compiled.prepared.modules
    apart = prepare_modules([(module.file, _taken_apart(module)) for module in written])
    apart.engine.set_enable_coverage(True)
    asked = [module for module in written if module.file in wanted]
    results = tuple(_results(Compiled(apart, compiled.readings), asked))
    covered = _covered(apart.engine.get_coverage_report_as_json())
    return Trials(results, tuple(_unseen(asked, apart.modules, covered)))


def _results(compiled: Compiled, modules: Sequence[Syntax]) -> Iterator[TrialResult]:
    for module in modules:
        names = dict.fromkeys(rule.name for rule in module.rules if rule.name.startswith("test_"))
        for name in names:
            query = f"data.{'.'.join(module.package)}.{name}"
            try:
                reply = compiled.answer(EvaluationRequest((), (query,), "{}"))
            except PolicyFaultError as failure:
                (fault, *_) = failure.reply.faults
                yield TrialResult(module.file, name, passed=False, fault=fault.text)
            else:
                yield TrialResult(module.file, name, passed=reply.answers == ("true",))


def _covered(report_text: str) -> Mapping[str, frozenset[int]]:
    """Give the lines that were evaluated, by file."""
    report = json.loads(report_text)
    return {item["path"]: frozenset(item["covered"]) for item in report["files"]}


def _unseen(
    written: Sequence[Syntax], apart: Sequence[Syntax], covered: Mapping[str, frozenset[int]]
) -> Iterator[UnseenRule]:
    """Yield each rule that is asked about plans and none of whose heads was evaluated."""
    moved = {module.file: module for module in apart}
    for module in written:
        if module.is_test:
            continue
        package = ".".join(module.package)
        lines = covered.get(module.file, frozenset())
        for tree, now, rule in zip(
            module.tree["rules"], moved[module.file].tree["rules"], module.rules, strict=True
        ):
            if rule.judges and rule.kind in {"Set", "Compr"} and not (_head_lines(now) & lines):
                _, content = node(tree)
                yield UnseenRule(
                    module.file, content["span"]["line"], content["span"]["col"], package, rule.name
                )


def _taken_apart(module: Syntax) -> str:
    """Put each body that begins on its head's line onto a line of its own."""
    places = sorted({place for tree in module.tree["rules"] for place in _bodies(tree)}, reverse=True)
    text = module.source
    for place in places:
        text = text[:place] + b"\n" + text[place:]
    return text.decode()


def _bodies(tree: Mapping[str, Any]) -> Iterator[int]:
    """Yield where the bodies of a rule begin, in bytes."""
    kind, content = node(tree)
    if kind == "Spec":
        yield from (body["span"]["start"] for body in content["bodies"] if body["query"]["stmts"])


def _head_lines(tree: Mapping[str, Any]) -> frozenset[int]:
    """Give the lines of what a rule finds: its key or value, and those of its `else`."""
    kind, content = node(tree)
    if kind != "Spec":
        return frozenset()
    _, head = node(content["head"])
    found: list[Tree] = [head["key"]] if head.get("key") else []
    assigned = [head.get("assign"), *(body.get("assign") for body in content["bodies"])]
    found += [item["value"] for item in assigned if item]
    return frozenset(line for item in found for line in _lines(item))


def _lines(expression: Mapping[str, Any]) -> Iterator[int]:
    """Yield the lines on which an expression's parts begin."""
    left: list[Any] = [expression]
    while left:
        item = left.pop()
        if isinstance(item, dict):
            if isinstance(item.get("line"), int) and "start" in item:
                yield item["line"]
            left.extend(item.values())
        elif isinstance(item, list):
            left.extend(item)
