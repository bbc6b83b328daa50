from hypothesis import given
from hypothesis import strategies as st

from cellwright.engine.dispatch.schedule import Schedule, schedule_of
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Operation, RunUnit
from cellwright.planning.graph import Graph


def address(name: str | int) -> UnitAddress:
    return UnitAddress("client", "acme", str(name))


def schedule(edges: dict[str, str], waves: dict[str, int] | None = None) -> Schedule:
    """`{"b": "a"}`: b waits for a; several upstreams are written together, `{"c": "ab"}`."""
    graph = Graph({address(name): frozenset(map(address, ups)) for name, ups in edges.items()})
    parts = [RunUnit(item, Operation.APPLY, (waves or {}).get(item.stack, 0)) for item in graph.upstreams]
    return schedule_of(parts, graph)


def ready(plan: Schedule) -> str:
    return "".join(part.address.stack for part in plan.ready())


def test_a_unit_starts_when_all_its_upstreams_have_succeeded() -> None:
    plan = schedule({"a": "", "b": "", "c": "ab", "d": "c"})
    assert ready(plan) == "ab"
    assert ready(plan) == ""
    plan.succeeded(address("a"))
    assert ready(plan) == ""
    plan.succeeded(address("b"))
    assert ready(plan) == "c"
    assert plan.left() == (address("d"),)


def test_units_start_in_the_order_in_which_they_are_listed() -> None:
    plan = schedule({"c": "", "a": "", "b": "", "x": "c", "d": "c"})
    assert ready(plan) == "cab"
    plan.succeeded(address("c"))
    assert ready(plan) == "xd"


def test_a_failure_takes_all_that_depends_on_it_and_nothing_else() -> None:
    plan = schedule({"a": "", "b": "a", "c": "b", "x": "", "y": "x"})
    assert ready(plan) == "ax"
    assert plan.failed(address("a")) == (address("b"), address("c"))
    plan.succeeded(address("x"))
    assert ready(plan) == "y"
    plan.succeeded(address("y"))
    assert plan.left() == ()


def test_a_wave_waits_for_the_wave_before_it() -> None:
    plan = schedule({"a": "", "b": "", "c": ""}, {"b": 1, "c": 2})
    assert ready(plan) == "a"
    plan.succeeded(address("a"))
    assert ready(plan) == "b"
    plan.succeeded(address("b"))
    assert ready(plan) == "c"


def test_a_wave_that_is_stopped_gives_up_all_later_ones_and_none_of_its_own() -> None:
    plan = schedule({"a": "", "b": "", "c": "", "d": ""}, {"c": 1, "d": 2})
    assert ready(plan) == "ab"
    assert plan.failed(address("a")) == ()
    assert plan.stop_after(0) == (address("c"), address("d"))
    assert plan.stop_after(0) == ()
    plan.succeeded(address("b"))
    assert ready(plan) == ""
    assert plan.left() == ()


def test_upstreams_outside_the_run_are_met() -> None:
    graph = Graph({address("a"): frozenset(), address("b"): frozenset({address("a")})})
    plan = schedule_of([RunUnit(address("b"), Operation.APPLY)], graph)
    assert ready(plan) == "b"


@given(st.data())
def test_whatever_happens_every_unit_is_handed_out_or_lost_exactly_once(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 10))
    ups = {
        address(n): frozenset(address(m) for m in data.draw(st.sets(st.integers(0, n - 1), max_size=3)))
        if n
        else frozenset[UnitAddress]()
        for n in range(size)
    }
    waves = {address(n): data.draw(st.integers(0, 2)) for n in range(size)}
    for item, needed in ups.items():
        waves[item] = max([waves[item], *(waves[up] for up in needed)])
    plan = schedule_of([RunUnit(item, Operation.APPLY, waves[item]) for item in ups], Graph(ups))
    seen: list[UnitAddress] = []
    running: list[UnitAddress] = []
    while True:
        started = [part.address for part in plan.ready()]
        seen += started
        running += started
        if not running:
            break
        item = running.pop(data.draw(st.integers(0, len(running) - 1)))
        if data.draw(st.booleans()):
            plan.succeeded(item)
        else:
            seen += plan.failed(item)
            if data.draw(st.booleans()):
                stopped = waves[item]
                seen += plan.stop_after(stopped)
                assert all(waves[other] <= stopped for other in running)
    assert sorted(seen) == sorted(ups)
    assert plan.left() == ()
