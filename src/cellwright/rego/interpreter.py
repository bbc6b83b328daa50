"""Compiles Rego modules and evaluates queries with rego-cpp; loaded in the evaluator's process only."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from regopy import Interpreter, LogLevel, RegoError

from cellwright.rego.messages import EvaluationReply, EvaluationRequest, Source

_MESSAGE = re.compile(r"\(errormsg \d+:(.*?)\)\s*\(errorast", re.DOTALL)
_PLACE = re.compile(r"\(error \d+:(?P<path>[^|]*)\|(?P<offset>\d+)\|")
_CALL = re.compile(r"(?<![\w.\]])([a-z]\w*(?:\.[a-z_]\w*)+)\(")
_TEXT = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`|#[^\n]*")
_STRING = re.compile(r"(?<=[\[{,:])\s*\"(.*?)\"(?=\s*[,}\]:])", re.DOTALL)
_QUOTE = re.compile(r'(?<!\\)"')
_SEVERAL = 2
_INPUT = re.compile(r"(?<![\w.])input(?!\w)")
_WITH_INPUT = re.compile(r"\bwith\s+input\s+as\b")
_INSIDE = "__document"
_IMPORT = re.compile(r"^import\s+(?:data|input)[\w.]*?\.?(\w+)(?:\s+as\s+(\w+))?\s*$", re.MULTILINE)
_EXPECTED = (RegoError, ValueError, TypeError, KeyError, IndexError)


class PolicyFaultError(Exception):
    """The policies can't be evaluated."""

    def __init__(self, fault: str, path: str = "", line: int = 0) -> None:
        super().__init__(fault)
        self.reply = EvaluationReply(fault=fault, path=path, line=line)


@dataclass(frozen=True, slots=True)
class Compiled:
    """Compiled modules, ready for queries."""

    interpreter: Interpreter
    nested: bool
    """The document is one level down in the input (see `_nest`)."""

    def answer(self, question: EvaluationRequest) -> EvaluationReply:
        """Evaluate every query of a request.

        Raises:
            PolicyFaultError: a query fails.
        """
        # JSON is a Rego term. `set_input` takes texts raw, without the escapes that functions expect.
        term = f'{{"{_INSIDE}": {question.document}}}' if self.nested else question.document
        self.interpreter.set_input_term(term)
        return EvaluationReply(
            tuple(json.dumps(value) for value in _values(self.interpreter, question.queries))
        )


def compile_modules(modules: Sequence[Source]) -> Compiled:
    """Compile modules.

    Raises:
        PolicyFaultError: one is not Rego, or calls an unknown function.
    """
    interpreter = Interpreter()
    interpreter.log_level = LogLevel.NONE
    nested = any(_WITH_INPUT.search(text) for _, text in modules)
    for path, text in modules:
        _refuse_unknown_calls(path, text, interpreter.is_builtin)
        used = _nest(text) if nested else text
        try:
            interpreter.add_module(path, used)
        except _EXPECTED as fault:
            place = _PLACE.search(str(fault))
            line = used.count("\n", 0, int(place["offset"])) + 1 if place else 1
            raise PolicyFaultError(_message(str(fault)), path, line) from fault
    return Compiled(interpreter, nested)


def _nest(text: str) -> str:
    """Move the document one level down in the input: `input.a` becomes `input.__document.a`.

    rego-cpp 1.5 can't evaluate `with input as ..` over rules that call a function; `with input.x as ..`
    works. Only tests of policies write that.
    """
    bare = _blanked(text)
    parts, last = [], 0
    for match in _INPUT.finditer(bare):
        parts += [text[last : match.end()], f".{_INSIDE}"]
        last = match.end()
    return "".join((*parts, text[last:]))


def _blanked(text: str) -> str:
    """Replace strings and comments by spaces; all other characters keep their positions."""
    return _TEXT.sub(lambda match: " " * len(match.group()), text)


def _refuse_unknown_calls(path: str, text: str, known: Callable[[str], bool]) -> None:
    """Refuse a call of an unknown function: it would be undefined, and so deny nothing."""
    bare = _blanked(text)
    own = {alias or name for name, alias in _IMPORT.findall(bare)} | {"data", "input"}
    for call in _CALL.finditer(bare):
        name = call.group(1)
        if name.partition(".")[0] not in own and not known(name):
            raise PolicyFaultError(
                f"there is no function {name} here", path, text.count("\n", 0, call.start()) + 1
            )


def _values(interpreter: Interpreter, queries: Sequence[str]) -> list[Any]:
    """Evaluate all queries as one: the library compiles every module again for each."""
    if len(queries) < _SEVERAL:
        return [_value(interpreter, query) for query in queries]
    try:
        found = _value(interpreter, f"[{', '.join(queries)}]")
    except PolicyFaultError:
        found = None
    if isinstance(found, list) and len(found) == len(queries):
        return found
    # One of them is undefined or fails, and so the whole: evaluated one by one, they tell which.
    return [_value(interpreter, query) for query in queries]


def _value(interpreter: Interpreter, query: str) -> Any:  # noqa: ANN401  any JSON
    try:
        output = interpreter.query(query)
    except json.JSONDecodeError as fault:
        return _repaired(query, fault)
    except _EXPECTED as fault:
        raise PolicyFaultError(f"{query}: {_message(str(fault))}") from fault
    if not output.ok():
        raise PolicyFaultError(f"{query}: can't be evaluated; two rules may give it different values")
    results = output.results
    return results[0].expressions[0] if results and results[0].expressions else None


def _repaired(query: str, fault: json.JSONDecodeError) -> Any:  # noqa: ANN401  any JSON
    """Read an answer that the library itself could not parse as JSON.

    `sprintf` of rego-cpp 1.5 leaves the quotes around a computed text: `"the "x" is bad"`. Any other such
    answer is an error report; it contains the whole input, so only its message is used.
    """
    if not fault.doc.startswith('{"expressions":'):
        raise PolicyFaultError(f"{query}: {_message(fault.doc)}") from fault
    try:
        answer = json.loads(_STRING.sub(lambda match: f'"{_QUOTE.sub("", match.group(1))}"', fault.doc))
    except ValueError:
        raise PolicyFaultError(f"{query}: a text can't be read; build it with `concat`") from fault
    return answer["expressions"][0]


def _message(report: str) -> str:
    found = list(dict.fromkeys(match.strip() for match in _MESSAGE.findall(report)))
    return "; ".join(found[:3]) or "it can't be evaluated"
