from cellwright.model.diagnostic import DiagnosticError, error, has_errors, warning
from cellwright.model.position import Position


def test_a_diagnostic_reads_as_place_severity_what_and_what_to_do() -> None:
    found = error("unknown key 'replcas'", "did you mean 'replicas'?", Position("a.yaml", 3, 5))
    assert str(found) == "a.yaml:3:5: error: unknown key 'replcas'; did you mean 'replicas'?"


def test_a_warning_lets_pass() -> None:
    assert not has_errors([warning("odd")])
    assert has_errors([warning("odd"), error("wrong")])


def test_the_exception_carries_every_finding() -> None:
    fault = DiagnosticError(error("one"), error("two"))
    assert [item.summary for item in fault.diagnostics] == ["one", "two"]
    assert str(fault) == "error: one\nerror: two"
