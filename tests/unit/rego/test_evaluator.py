"""Rego in a child process: its answers, and every way in which it can fail."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.planning.policy.module import Module, RuleMetadata
from cellwright.rego.evaluator import RegoProcess
from patience import PATIENCE

HEAD = "package p\nimport rego.v1\n"


@pytest.fixture(scope="module")
def rego() -> Iterator[RegoProcess]:
    with RegoProcess() as process:
        yield process


def module(text: str, path: str = "p.rego") -> Module:
    return Module(path, HEAD + text, "p", RuleMetadata())


def asked(
    rego: RegoProcess, text: str, document: dict[str, Any] | None = None, query: str = "data.p.a"
) -> object:
    (answer,) = rego.ask([module(text)], [query], document or {})
    found: object = answer
    return found


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("a := 1", 1),
        ("a := {x | some x in input.list; x > 1}", [2, 3]),
        ("a := [null, true, 1.5, {}]", [None, True, 1.5, {}]),
        ("b := 1", None),
        ("a if input.missing.part", None),
        ("a := input.quoted", 'say "hello"\n\\ é'),
        ("a := json.unmarshal(input.policy).Statement[0].Sid", 'all "of" it'),
        ('f(t) := sprintf("%s %s", [input.name, t])\na := f("is bad")', "bucket is bad"),
        ('f(t) := {"msg": sprintf("%s", [t]), "resource": input.name}\na contains f("bad")',
         [{"msg": "bad", "resource": "bucket"}]),
    ],
)  # fmt: skip
def test_answers_are_json(rego: RegoProcess, text: str, answer: object) -> None:
    document = {
        "list": [1, 2, 3],
        "quoted": 'say "hello"\n\\ é',
        "policy": '{"Statement": [{"Sid": "all \\"of\\" it"}]}',
        "name": "bucket",
    }
    assert asked(rego, text, document) == answer


def test_several_queries_at_once_are_answered_each_by_itself(rego: RegoProcess) -> None:
    modules = [module("a := null\nb if input.missing\nc contains 1\nd := [2]")]
    queries = [f"data.p.{name}" for name in ("a", "b", "c", "d", "nope")]
    assert rego.ask(modules, queries, {}) == (None, None, [1], [2], None)
    assert rego.ask(modules, [], {}) == ()


@pytest.mark.parametrize(
    "rule", ["b := nofunc(input.x)", "b contains x if { x := nofunc(1) }", "b := 1\nb := 2"]
)
def test_of_several_queries_the_one_that_fails_is_named(rego: RegoProcess, rule: str) -> None:
    modules = [module(f"a := 1\n{rule}")]
    with pytest.raises(DiagnosticError, match=r"data\.p\.b: "):
        rego.ask(modules, ["data.p.a", "data.p.b"], {"x": 1})


def test_a_test_may_replace_the_whole_input(rego: RegoProcess) -> None:
    text = 'a if startswith(input.name, "x")\nb if a with input as {"name": "xy"}\nc if not a'
    assert asked(rego, text, query="data.p.b") is True
    assert asked(rego, text, {"name": "xz"}) is True
    assert asked(rego, text, {"name": "ab"}, query="data.p.c") is True


@pytest.mark.parametrize(
    ("text", "fault", "line"),
    [
        ("a if {\n  foo(\n", "unclosed", 4),
        ('a if net.cidr_contains("a", "b")', "there is no function net.cidr_contains", 3),
        ("a := nofunc(1)", "Function not found: nofunc", None),
        ("b := 1\nb := 2\na := b", "can't be evaluated", None),
        ("b if a\na if b", "Recursion", None),
    ],
)
def test_what_cant_be_evaluated_is_reported(
    rego: RegoProcess, text: str, fault: str, line: int | None
) -> None:
    with pytest.raises(DiagnosticError) as caught:
        asked(rego, text, {"token": "swordfish"})
    (finding,) = caught.value.diagnostics
    assert fault in finding.summary
    assert "swordfish" not in str(finding)
    assert (finding.position.line if finding.position else None) == line
    assert asked(rego, "a := 1") == 1, "and the next question is answered"


def test_names_in_texts_and_comments_are_no_calls(rego: RegoProcess) -> None:
    assert (
        asked(rego, '# net.cidr_contains(1)\na := "net.cidr_contains(input)"') == "net.cidr_contains(input)"
    )


def test_a_process_that_dies_is_reported_and_replaced() -> None:
    with RegoProcess() as rego:
        asked(rego, "a := 1")
        (child,) = [found for found in psutil.Process().children() if _is_ours(rego, found)]
        os.kill(child.pid, signal.SIGKILL)
        child.wait(PATIENCE)
        with pytest.raises(DiagnosticError, match="the evaluator crashed"):
            asked(rego, "a := 1")
        assert asked(rego, "a := 2") == 2
    assert not [found for found in psutil.Process().children() if _is_ours(rego, found)]


def test_an_evaluation_that_takes_too_long_is_ended() -> None:
    with RegoProcess(timeout=0.0) as rego, pytest.raises(DiagnosticError, match="took longer than 0 s"):
        asked(rego, "a := 1")


def test_no_process_starts_before_the_first_evaluation() -> None:
    with RegoProcess() as rego:
        assert rego._worker is None


def _is_ours(rego: RegoProcess, found: psutil.Process) -> bool:
    return rego._worker is not None and rego._worker.pid == found.pid
