"""Evaluates policies on a plan, and runs the policies' own tests."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.value import Json
from cellwright.planning.policy.module import Module, ModuleReading, RuleMetadata
from cellwright.planning.policy.subject import EXCEPTIONS
from cellwright.planning.policy.verdict import Basis, Consequence, Finding, Verdict

_FORM = "a rule gives a string, or an object with `msg` and, where it is about one, `resource`"


class Evaluator(Protocol):
    """Port to the Rego evaluator."""

    def ask(
        self, modules: Sequence[Module], queries: Sequence[str], document: Mapping[str, Any]
    ) -> tuple[Any, ...]:
        """Answer each query (`data.hipaa.tags.deny`) with `document` as input; None where it is undefined.

        Raises:
            DiagnosticError: a module can't be compiled, or a query fails. Never quotes the document.
        """

    def read(self, modules: Sequence[Module]) -> tuple[ModuleReading, ...]:
        """Compile the modules, and tell of each which rules and tests it has.

        Raises:
            DiagnosticError: they can't be evaluated as OPA would; with all faults that were found.
        """


def judge(evaluator: Evaluator, modules: Sequence[Module], document: Mapping[str, Any]) -> Verdict:
    """Evaluate all `deny`, `violation` and `warn` rules; `document` is the plan with `cellwright` added.

    Raises:
        DiagnosticError: a policy can't be evaluated, or gives an invalid finding. Then the plan may not
            be applied.
    """
    used = judging_modules(modules)
    metadata = metadata_by_package(used)
    asked = rules_asked(evaluator.read(used))
    queries = [f"data.{package}.{rule}" for package, rule in asked]
    answers = evaluator.ask(used, queries, with_deferred(document))
    found = {
        finding
        for (package, rule), answer in zip(asked, answers, strict=True)
        for finding in _findings(package, _level(rule), answer, metadata[package])
    }
    return Verdict(tuple(sorted(found, key=_order)))


def basis_of(modules: Sequence[Module], subject: Mapping[str, Json]) -> Basis:
    """Tell what a plan of the `subject` is judged by."""
    used = sorted(judging_modules(modules), key=lambda module: module.path)
    digest = hashlib.sha256()
    for module in used:
        digest.update(
            f"{module.path}\0{len(module.source)}\0{module.source}".encode("utf-8", "surrogatepass")
        )
    rules = tuple((package, found.clause) for package, found in sorted(metadata_by_package(used).items()))
    found = subject.get(EXCEPTIONS)
    concerned = (subject.get("stack"), "*")
    exceptions = (item for item in found if isinstance(item, Mapping)) if isinstance(found, list) else ()
    return Basis(
        digest.hexdigest(), rules, tuple(item for item in exceptions if item.get("stack") in concerned)
    )


def judging_modules(modules: Sequence[Module]) -> list[Module]:
    """Leave out the files of tests."""
    return [module for module in modules if not module.is_test]


def rules_asked(readings: Iterable[ModuleReading]) -> list[tuple[str, str]]:
    """Package and name of each rule that is asked about a plan, each once."""
    return list(dict.fromkeys((reading.package, rule) for reading in readings for rule in reading.rules))


def with_deferred(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put changes that are deferred to a later plan among the others, so that every rule judges them too."""
    deferred = [item["resource_change"] for item in document.get("deferred_changes") or ()]
    if not deferred:
        return document
    return {**document, "resource_changes": [*(document.get("resource_changes") or ()), *deferred]}


def _level(rule: str) -> Consequence:
    return Consequence.WARN if rule.partition("_")[0] == "warn" else Consequence.DENY


def metadata_by_package(modules: Sequence[Module]) -> dict[str, RuleMetadata]:
    """Each package's metadata: of its first file, by path, that has any."""
    found: dict[str, RuleMetadata] = {}
    for module in sorted(modules, key=lambda module: module.path):
        known = found.get(module.package)
        if known is None or known == RuleMetadata():
            found[module.package] = module.metadata
    return found


def _findings(package: str, level: Consequence, answer: object, metadata: RuleMetadata) -> Iterator[Finding]:
    if answer is None:
        return
    # The older notation `deny[msg] { .. }` gives an object whose keys are the messages.
    items = list(answer) if isinstance(answer, Mapping | list) else [answer]
    for item in items:
        yield _finding(package, level, item, metadata)


def _finding(package: str, level: Consequence, item: object, metadata: RuleMetadata) -> Finding:
    given = {"msg": item} if isinstance(item, str) else item
    if not isinstance(given, Mapping) or not isinstance(given.get("msg"), str):
        raise DiagnosticError(error(f"the policy {package} gives a `{level.value}` without a message", _FORM))
    return Finding(
        rule=package,
        level=level,
        message=given["msg"],
        resource=str(given.get("resource") or ""),
        clause=str(given.get("clause") or metadata.clause),
        advice=str(given.get("advice") or metadata.advice),
    )


def _order(finding: Finding) -> tuple[str, str, str, str]:
    return finding.level.value, finding.resource, finding.rule, finding.message
