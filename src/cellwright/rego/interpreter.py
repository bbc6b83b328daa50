"""Compiles Rego modules and evaluates queries with Regorus; loaded in the evaluator's process only."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from regorus import Engine

from cellwright.planning.policy.module import ModuleReading
from cellwright.rego import guarded, regular_expressions, texts
from cellwright.rego.checks import find_faults
from cellwright.rego.messages import EvaluationReply, EvaluationRequest, Fault, Source
from cellwright.rego.names import Syntax, read_syntax
from cellwright.rego.rewriting import HELPERS, UNDEFINED, Rewritten, fail_undefined, rewrite

_PLACE = re.compile(r"^--> (?P<path>.*):(?P<line>\d+):(?P<column>\d+)$", re.MULTILINE)
_MESSAGE = re.compile(r"^error: (?P<message>.*)$", re.MULTILINE)
_OWN = re.compile(r"^extension '[\w.]+' raises Python error: \w+: ")
_OWN_PLACE = re.compile(r"^(?P<path>.*):(?P<line>\d+):(?P<column>\d+) (?P<message>a value within .*)$")
_TRACE = "\n\nStack backtrace:"
_TOKEN = re.compile(r"\w+")
_TELLING = 3
"""Characters: shorter parts of a message are never taken for a part of the document."""
_LENGTHS: Mapping[str, int] = {"max_col": 4096, "max_file_bytes": 1_048_576, "max_lines": 20_000}


class PolicyFaultError(Exception):
    """The policies can't be evaluated."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults[0].text)
        self.reply = EvaluationReply(faults=faults)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An engine with modules, which are syntactically right."""

    engine: Engine
    modules: tuple[Syntax, ...]
    rewritten: Mapping[str, Rewritten]
    """By file."""

    def placed(self, fault: Fault) -> Fault:
        """Give a fault its place in the module as it was written."""
        module = self.rewritten.get(fault.path)
        return fault if module is None else module.placed(fault)


@dataclass(frozen=True, slots=True)
class Compiled:
    """Compiled modules, ready for queries."""

    prepared: Prepared
    readings: tuple[ModuleReading, ...]
    _words: set[str] = field(default_factory=set)

    def answer(self, question: EvaluationRequest) -> EvaluationReply:
        """Evaluate every query of a request.

        Raises:
            PolicyFaultError: a query fails.
        """
        if not question.queries:
            return EvaluationReply(readings=self.readings)
        fit = self._fault_in(question.document)
        with _reported(fit):
            self.prepared.engine.set_input_json(question.document)
        try:
            with _reported(fit):
                values = self._values(question.queries)
        except PolicyFaultError as failure:
            (fault,) = failure.reply.faults
            if fault.path:
                raise
            raise PolicyFaultError(replace(fault, text=f"{self._failing(question)}{fault.text}")) from failure
        return EvaluationReply(tuple(map(json.dumps, values)), readings=self.readings)

    def _values(self, queries: Sequence[str]) -> list[Any]:
        # As one query: what rules share is evaluated once. Of an undefined rule the list is empty.
        asked = ", ".join(f"[found | found := {query}]" for query in queries)
        found = json.loads(self.prepared.engine.eval_query_as_json(f"[{asked}]"))
        ((expression,),) = (result["expressions"] for result in found["result"])
        return [items[0] if items else None for items in expression["value"]]

    def _failing(self, question: EvaluationRequest) -> str:
        """Name the query that fails, where the library doesn't say where it was."""
        for query in question.queries:
            try:
                with _reported(lambda fault: fault):
                    self._values((query,))
            except PolicyFaultError:
                return f"{query}: "
        return ""

    def _fault_in(self, document: str) -> Callable[[Fault], Fault]:
        """Make a report's fault fit to be shown: words that may come from the document are left out."""
        if not self._words:
            sources = (module.source.decode() for module in self.prepared.modules)
            self._words.update(word for source in sources for word in _TOKEN.findall(source))

        def hide(match: re.Match[str]) -> str:
            word = match.group()
            if word in self._words or not (word.isdigit() or (len(word) >= _TELLING and word in document)):
                return word
            return "..."

        return lambda fault: replace(self.prepared.placed(fault), text=_TOKEN.sub(hide, fault.text))


def new_engine() -> Engine:
    """Make an engine with OPA's regular expressions. Errors of functions are errors in it, not undefined."""
    engine = Engine()
    engine.set_policy_length_config(**_LENGTHS)
    for functions in (regular_expressions.FUNCTIONS, texts.FUNCTIONS, guarded.FUNCTIONS):
        for name, (arguments, function) in functions.items():
            engine.add_extension(name, arguments, function)
    engine.add_extension(UNDEFINED, 2, fail_undefined)
    return engine


def prepare_modules(sources: Sequence[Source]) -> Prepared:
    """Parse modules.

    Raises:
        PolicyFaultError: they can't be; with the first fault of each.
    """
    engine = new_engine()
    faults: list[Fault] = []
    for path, text in sources:
        try:
            with _reported(lambda fault, path=path: replace(fault, path=path)):  # type: ignore[misc]
                engine.add_policy(path, text)
        except PolicyFaultError as failure:
            faults += failure.reply.faults
    if faults:
        raise PolicyFaultError(*faults)
    written = dict(sources)
    trees = json.loads(engine.get_ast_as_json())
    modules = tuple(read_syntax(written[tree["source"]["file"]], tree) for tree in trees)
    rewritten = {module.file: rewrite(module) for module in modules}
    engine = new_engine()
    for path, text in (HELPERS, *((module.file, module.text) for module in rewritten.values())):
        engine.add_policy(path, text)
    return Prepared(engine, modules, rewritten)


def compile_modules(sources: Sequence[Source]) -> Compiled:
    """Compile modules, and check that the evaluator can do all that they ask for.

    Raises:
        PolicyFaultError: it can't; with all faults that were found.
    """
    prepared = prepare_modules(sources)
    faults = set(find_faults(prepared.modules))
    if faults:
        ordered = sorted(faults, key=lambda fault: (fault.path, fault.line, fault.column))
        raise PolicyFaultError(*ordered)
    with _reported(prepared.placed):
        # Has the library look for variables that nothing binds.
        prepared.engine.eval_query("true")
    return Compiled(prepared, tuple(map(_reading, prepared.modules)))


@contextmanager
def _reported(fit: Callable[[Fault], Fault]) -> Iterator[None]:
    """Turn every failure of the library into a fault of the policies."""
    try:
        yield
    except (RuntimeError, ValueError) as failure:
        raise PolicyFaultError(fit(_read_report(str(failure)))) from failure
    except BaseException as failure:
        # Rust's panics are no `Exception`.
        if type(failure).__name__ != "PanicException":
            raise
        raise PolicyFaultError(Fault("the evaluator fails")) from failure


def _reading(module: Syntax) -> ModuleReading:
    def unique(names: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(names))

    return ModuleReading(
        ".".join(module.package),
        unique([rule.name for rule in module.rules if rule.judges]),
        unique([rule.name for rule in module.rules if rule.name.startswith("test_")]),
    )


def _read_report(report: str) -> Fault:
    text = report.partition(_TRACE)[0]
    message = _MESSAGE.search(text)
    found = message["message"] if message else (text.strip().splitlines() or ["it fails"])[0]
    found = _OWN.sub("", found)
    if own := _OWN_PLACE.match(found):
        return Fault(own["message"], own["path"], int(own["line"]), int(own["column"]))
    place = _PLACE.search(text)
    if place is None:
        return Fault(found)
    return Fault(found, place["path"], int(place["line"]), int(place["column"]))
