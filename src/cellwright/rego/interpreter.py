"""rego-cpp, made strict: compiles modules, answers queries; only the evaluator's own process loads this."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from regopy import Interpreter, LogLevel, RegoError

from cellwright.rego.exchange import Question, Reply, Source

_MESSAGE = re.compile(r"\(errormsg \d+:(.*?)\)\s*\(errorast", re.DOTALL)
_PLACE = re.compile(r"\(error \d+:(?P<path>[^|]*)\|(?P<offset>\d+)\|")
_CALL = re.compile(r"(?<![\w.\]])([a-z]\w*(?:\.[a-z_]\w*)+)\(")
_TEXT = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`|#[^\n]*")
_IMPORT = re.compile(r"^import\s+(?:data|input)[\w.]*?\.?(\w+)(?:\s+as\s+(\w+))?\s*$", re.MULTILINE)
_EXPECTED = (RegoError, ValueError, TypeError, KeyError, IndexError)


class PolicyFaultError(Exception):
    """The policies can't be evaluated."""

    def __init__(self, fault: str, path: str = "", line: int = 0) -> None:
        super().__init__(fault)
        self.reply = Reply(fault=fault, path=path, line=line)


def compile_modules(modules: Sequence[Source]) -> Interpreter:
    """Compile modules.

    Raises:
        PolicyFaultError: one is no Rego, or calls a function that there is none of.
    """
    interpreter = Interpreter()
    interpreter.log_level = LogLevel.NONE
    for path, text in modules:
        _refuse_unknown_calls(path, text, interpreter.is_builtin)
        try:
            interpreter.add_module(path, text)
        except _EXPECTED as fault:
            place = _PLACE.search(str(fault))
            line = text.count("\n", 0, int(place["offset"])) + 1 if place else 1
            raise PolicyFaultError(_message(str(fault)), path, line) from fault
    return interpreter


def _refuse_unknown_calls(path: str, text: str, known: Callable[[str], bool]) -> None:
    """Stop at a built-in function that is lacking: it would be undefined, and nothing would be denied."""
    bare = _TEXT.sub(lambda match: " " * len(match.group()), text)
    own = {alias or name for name, alias in _IMPORT.findall(bare)} | {"data", "input"}
    for call in _CALL.finditer(bare):
        name = call.group(1)
        if name.partition(".")[0] not in own and not known(name):
            raise PolicyFaultError(
                f"there is no function {name} here", path, text.count("\n", 0, call.start()) + 1
            )


def answer(interpreter: Interpreter, question: Question) -> Reply:
    """Answer every query of a question.

    Raises:
        PolicyFaultError: a query fails.
    """
    interpreter.set_input(json.loads(question.document))
    return Reply(tuple(json.dumps(_value(interpreter, query)) for query in question.queries))


def _value(interpreter: Interpreter, query: str) -> Any:  # noqa: ANN401  any JSON
    try:
        output = interpreter.query(query)
    except json.JSONDecodeError as fault:
        # The library takes its own report for JSON; it holds the whole input, so only the message is used.
        raise PolicyFaultError(f"{query}: {_message(fault.doc)}") from fault
    except _EXPECTED as fault:
        raise PolicyFaultError(f"{query}: {_message(str(fault))}") from fault
    if not output.ok():
        raise PolicyFaultError(f"{query}: can't be evaluated; two rules may give it different values")
    results = output.results
    return results[0].expressions[0] if results and results[0].expressions else None


def _message(report: str) -> str:
    found = list(dict.fromkeys(match.strip() for match in _MESSAGE.findall(report)))
    return "; ".join(found[:3]) or "it can't be evaluated"
