"""Rego in a child process: its answers, and every way in which it can fail."""

import os
import pickle  # what the evaluator must not be believed
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil
import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.planning.policy.module import Module, RuleMetadata
from cellwright.rego import process
from cellwright.rego.evaluator import RegoProcess
from cellwright.rego.interpreter import PolicyFaultError, compile_modules
from cellwright.rego.messages import EvaluationRequest
from patience import PATIENCE

HEAD = "package p\nimport rego.v1\n"


@dataclass(frozen=True)
class Trap:
    """What makes a file where it is unpickled."""

    file: Path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.file,)


@dataclass(frozen=True)
class Stopped:
    """The end of a process that has answered already."""

    connection: Connection

    def stop(self) -> None:
        self.connection.close()

    kill = stop


@pytest.fixture(scope="module")
def rego() -> Iterator[RegoProcess]:
    with RegoProcess() as process:
        yield process


def module(text: str, path: str = "p.rego") -> Module:
    return Module(path, HEAD + text, "p", RuleMetadata())


def asked(
    rego: RegoProcess, text: str, document: dict[str, Any] | None = None, query: str = "data.p.a"
) -> object:
    (answer,) = rego.ask([module(text)], [query], {"variables": document or {}})
    found: object = answer
    return found


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("a := 1", 1),
        ("a := {x | some x in input.variables.list; x > 1}", [2, 3]),
        ("a := [null, true, 1.5, {}]", [None, True, 1.5, {}]),
        ("b := 1", None),
        ("a if input.variables.missing.part", None),
        ("a := input.variables.quoted", 'say "hello"\n\\ é'),
        ("a := json.unmarshal(input.variables.policy).Statement[0].Sid", 'all "of" it'),
        ('f(t) := sprintf("%s %s", [input.variables.name, t])\na := f("is bad")', "bucket is bad"),
        ('f(t) := {"msg": sprintf("%s", [t]), "resource": input.variables.name}\na contains f("bad")',
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
    modules = [module("a := null\nb if input.variables.missing\nc contains 1\nd := [2]")]
    queries = [f"data.p.{name}" for name in ("a", "b", "c", "d", "nope")]
    assert rego.ask(modules, queries, {}) == (None, None, [1], [2], None)
    assert rego.ask(modules, [], {}) == ()


def test_of_several_queries_the_one_that_fails_is_named(rego: RegoProcess) -> None:
    modules = [module("a := 1\nb := time.parse_rfc3339_ns(input.variables.x)")]
    with pytest.raises(DiagnosticError, match=r"data\.p\.b: "):
        rego.ask(modules, ["data.p.a", "data.p.b"], {"variables": {"x": "no year"}})


def test_a_test_may_replace_the_whole_input(rego: RegoProcess) -> None:
    text = (
        'a if startswith(input.variables.name, "x")\n'
        'b if a with input as {"variables": {"name": "xy"}}\nc if not a'
    )
    assert asked(rego, text, {"name": "ab"}, query="data.p.b") is True
    assert asked(rego, text, {"name": "xz"}) is True
    assert asked(rego, text, {"name": "ab"}, query="data.p.c") is True


@pytest.mark.parametrize(
    ("text", "fault", "place"),
    [
        ("a if {\n  foo(\n", "", (5, 1)),
        ('a if net.cidr_merge(["a", "b"])', "there is no function net.cidr_merge", (3, 6)),
        ('a := "é" if nofunc(1)', "there is no function nofunc", (3, 13)),
        ("b := 1\nb := 2\na := b", "rule conflicts with rule at", (4, 1)),
        ("b if a\na if b", "recursion detected", (4, 1)),
        ('é := "é"\na := é', "", (3, 1)),
        (
            'a if { some x in ["é"]; y := "é"; some z in input.variables; startswith(x, z) }',
            "expects string argument",
            (3, 76),
        ),
    ],
)
def test_what_cant_be_evaluated_is_reported(
    rego: RegoProcess, text: str, fault: str, place: tuple[int, int]
) -> None:
    with pytest.raises(DiagnosticError) as caught:
        asked(rego, text, {"token": ["swordfish"]})
    (finding,) = caught.value.diagnostics
    assert fault in finding.summary
    assert "swordfish" not in str(finding)
    assert finding.position is not None
    assert (finding.position.line, finding.position.column) == place
    assert asked(rego, "a := 1") == 1, "and the next question is answered"


def test_a_report_quotes_nothing_of_the_plan(rego: RegoProcess) -> None:
    text = 'f(x) := x if true\nf(x) := concat("", [x, "é"]) if true\na := f(input.variables.token) + 1'
    with pytest.raises(DiagnosticError) as caught:
        asked(rego, text, {"token": "swordfish 4711 ab"})
    assert "multiple outputs" in str(caught.value)
    for part in ("swordfish", "4711", "ab"):
        assert part not in str(caught.value).replace("variables", "").replace("unable", "")


def test_a_panic_of_the_library_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    def panics(*_arguments: object) -> object:
        raise PanicException

    compiled = compile_modules([("p.rego", HEAD + "a := 1")])
    monkeypatch.setattr(type(compiled), "_values", panics)
    with pytest.raises(PolicyFaultError, match="the evaluator fails"):
        compiled.answer(EvaluationRequest((), ("data.p.a",), "{}"))


def test_all_faults_are_told_at_once(rego: RegoProcess) -> None:
    modules = [module("a := nofunc(1)\nb := norfunc(2)"), module("c := no.func(3)", "q.rego")]
    with pytest.raises(DiagnosticError) as caught:
        rego.read(modules)
    places = [str(item.position) for item in caught.value.diagnostics]
    assert places == ["p.rego:3:6", "p.rego:4:6", "q.rego:3:6"]


def test_rules_and_tests_are_those_of_the_syntax_tree(rego: RegoProcess) -> None:
    text = """
  deny contains "a"
deny__x contains "b"
deny_ contains "c"
warn_size := "d" if true
violation[x] if x := "e"
# deny_comment contains "f"
note := `
deny_text contains "g"
`
denial := 1
test_one if true
  test_two if true
"""
    (reading,) = rego.read([module(text)])
    assert reading.rules == ("deny", "deny__x", "deny_", "warn_size", "violation")
    assert reading.tests == ("test_one", "test_two")


def test_a_package_that_its_text_does_not_show_is_refused(rego: RegoProcess) -> None:
    hidden = Module("p.rego", "note_ := 1\n", "q", RuleMetadata())
    shown = Module("p.rego", "package p # package q\n", "q", RuleMetadata())
    for wrong in (hidden, shown):
        with pytest.raises(DiagnosticError):
            rego.read([wrong])
    with pytest.raises(DiagnosticError, match="package is p, not q"):
        rego.read([shown])


def test_a_policy_that_needs_a_file_of_tests_is_refused(rego: RegoProcess) -> None:
    policy = module('deny contains "no" if data.p.helper(1)\ndeny contains "no" if data.p.list')
    tests = module("helper(x) := x\nlist := [1]\ntest_it if helper(1)", "p_test.rego")
    with pytest.raises(DiagnosticError) as caught:
        rego.read([policy, tests])
    found = [(item.position.file, item.position.line) for item in caught.value.diagnostics if item.position]
    assert found == [("p.rego", 3), ("p.rego", 4)]


def test_nesting_without_end_is_refused(rego: RegoProcess) -> None:
    for deep in (
        "[" * 20_000,
        "not " * 5_000,
        "a := " + "(" * 3_000 + "1" + ")" * 3_000,
        "a := 1" + "+1" * 9_000,
    ):
        with pytest.raises(DiagnosticError):
            rego.read([module(deep)])
    assert asked(rego, "a := 1") == 1


def test_a_rule_in_a_file_of_tests_is_refused(rego: RegoProcess) -> None:
    with pytest.raises(DiagnosticError, match="stands in a file of tests"):
        rego.read([module('deny contains "no"', "p_TEST.rego")])


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


def test_nothing_that_the_process_answers_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = tmp_path / "ran"
    answers = [
        pickle.dumps(Trap(ran)),
        b"",
        b"[]",
        b'{"answers": 1}',
        b"\xff",
    ]
    for answer in answers:
        ours, theirs = Pipe()
        theirs.send_bytes(answer)
        monkeypatch.setattr(process, "start_worker", lambda _, end=ours: Stopped(end))
        with RegoProcess() as rego, pytest.raises(DiagnosticError, match="answered what is no answer"):
            asked(rego, "a := 1")
    assert not ran.exists()


def test_a_package_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "regorus.py").write_text("raise ModuleNotFoundError(name='regorus')")
    with (
        RegoProcess(environment={"PYTHONPATH": str(tmp_path)}) as rego,
        pytest.raises(DiagnosticError, match="the package regorus is missing"),
    ):
        asked(rego, "a := 1")


def test_an_evaluation_that_takes_too_long_is_ended() -> None:
    with RegoProcess(timeout=0.0) as rego, pytest.raises(DiagnosticError, match="took longer than 0 s"):
        asked(rego, "a := 1")


def test_no_process_starts_before_the_first_evaluation() -> None:
    with RegoProcess() as rego:
        assert rego._worker is None


def _is_ours(rego: RegoProcess, found: psutil.Process) -> bool:
    return rego._worker is not None and rego._worker.pid == found.pid
