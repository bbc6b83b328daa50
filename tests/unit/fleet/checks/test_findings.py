"""Findings, gathered and sorted."""

from cellwright.fleet.checks.findings import Findings
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import error
from cellwright.model.position import Position
from cellwright.model.text.suggestion import advice

FAULT = error("wrong", "mend it", Position("b.yaml", 2, 1))


def test_sorted_by_place_and_told_once() -> None:
    findings = Findings()
    late, early, nowhere = FAULT, error("x", "", Position("a.yaml", 10, 2)), error("no place")
    findings.add([late, early])
    findings.add([late, nowhere, error("x", "", Position("a.yaml", 9, 30))])
    assert [str(item).split(" ")[0] for item in findings.result()] == [
        "error:",
        "a.yaml:9:30:",
        "a.yaml:10:2:",
        "b.yaml:2:1:",
    ]


def test_cells_are_counted() -> None:
    cells = [CellAddress("client", name) for name in "abc"]
    for count, expected in (
        (1, "wrong (client/a)"),
        (2, "wrong (client/a and 1 more cell)"),
        (3, "wrong (client/a and 2 more cells)"),
    ):
        findings = Findings()
        for cell in [*cells[:count], *cells[:count]]:
            findings.add([FAULT], cell)
        assert [item.summary for item in findings.result()] == [expected]


def test_advice() -> None:
    assert advice("ap", ["app", "sftp"]) == "did you mean 'app'?"
    assert advice("zzz", ["b", "a"]) == "known: a, b"
    assert advice("zzz", []) == ""
    assert advice("zzz", [f"n{n}" for n in range(9)]) == "known: n0, n1, n2, n3, n4, n5 and 3 more"
