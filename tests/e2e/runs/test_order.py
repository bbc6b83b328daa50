from pathlib import Path

from e2e.conftest import Start
from e2e.kit.fleet import make_fleet

CHAIN = {
    "first": {},
    "second": {"needs": ["first"]},
    "third": {"needs": ["second"]},
}


def test_a_fleet_comes_up_in_order_and_is_then_up_to_date(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, CHAIN, {"acme": {}, "globex": {}})
    cellwright = program(fleet)

    applied = cellwright.run("apply", "--yes", "--json").expect(0)

    assert set(applied.outcomes.values()) == {"applied"}
    assert set(fleet.desk.count("done").values()) == {1}
    lines = fleet.desk.lines()
    for cell in ("acme", "globex"):
        order = [lines.index(f"{verb} {cell}-{name}") for name in CHAIN for verb in ("begin", "done")]
        assert order == sorted(order)
    status = cellwright.look("status", "--json").expect(0).document
    assert status["counts"]["up_to_date"] == 6
