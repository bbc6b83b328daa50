from collections.abc import Callable

from cellwright.model.address import UnitAddress
from cellwright.model.runs.change import Status, UnitStatus
from cellwright.model.runs.run import Operation
from cellwright.model.unit import Unit
from cellwright.planning.choice import Choice, choose, left_standing

MakeUnit = Callable[..., Unit]


def address(stack: str) -> UnitAddress:
    return UnitAddress("client", "acme", stack)


def chosen(
    unit: MakeUnit,
    edges: dict[str, str],
    standings: dict[str, Status],
    *,
    recorded: dict[str, str] | None = None,
    destroy: bool = False,
    named: str = "",
) -> Choice:
    """Units named by single letters; `edges` says what each enabled one needs."""
    units = {
        address(name): unit(f"client/acme/{name}", needs=tuple(f"client/acme/{up}" for up in ups))
        for name, ups in edges.items()
    }
    return choose(
        [UnitStatus(address(name), status) for name, status in standings.items()],
        units,
        {address(name): frozenset(map(address, ups)) for name, ups in (recorded or {}).items()},
        destroy=destroy,
        named=frozenset(map(address, named)),
    )


def operations(choice: Choice) -> dict[str, Operation]:
    return {part.address.stack: part.operation for part in choice.parts}


def waits(choice: Choice) -> dict[str, str]:
    return {
        item.stack: "".join(sorted(up.stack for up in ups)) for item, ups in choice.graph.upstreams.items()
    }


def test_changes_come_with_what_hangs_on_them(unit: MakeUnit) -> None:
    choice = chosen(
        unit,
        {"a": "", "b": "a", "c": "b", "x": ""},
        {"a": Status.CHANGED, "b": Status.UP_TO_DATE, "c": Status.UP_TO_DATE, "x": Status.UP_TO_DATE},
    )
    assert operations(choice) == dict.fromkeys("abc", Operation.APPLY)
    assert waits(choice) == {"a": "", "b": "a", "c": "b"}


def test_what_was_not_selected_is_not_taken_along(unit: MakeUnit) -> None:
    choice = chosen(unit, {"a": "", "b": "a"}, {"a": Status.CHANGED})
    assert operations(choice) == {"a": Operation.APPLY}


def test_nothing_is_destroyed_unless_asked_for(unit: MakeUnit) -> None:
    standings = {"a": Status.CHANGED, "z": Status.DESTROY}
    assert "z" not in operations(chosen(unit, {"a": ""}, standings))
    assert operations(chosen(unit, {"a": ""}, standings, destroy=True))["z"] is Operation.DESTROY
    assert operations(chosen(unit, {"a": ""}, standings, named="z"))["z"] is Operation.DESTROY


def test_destroys_go_in_reverse_and_after_whoever_stood_on_them(unit: MakeUnit) -> None:
    choice = chosen(
        unit,
        {"a": ""},
        {"a": Status.CHANGED, "y": Status.DESTROY, "z": Status.DESTROY},
        recorded={"y": "z", "a": "z"},
        destroy=True,
    )
    assert waits(choice) == {"a": "", "y": "", "z": "ay"}


def test_blocked_and_failed_units_are_tried(unit: MakeUnit) -> None:
    choice = chosen(unit, {"a": "", "b": "a"}, {"a": Status.FAILED, "b": Status.BLOCKED})
    assert operations(choice) == dict.fromkeys("ab", Operation.APPLY)


def test_whoever_loses_what_it_stands_on_is_found(unit: MakeUnit) -> None:
    choice = chosen(unit, {"c": ""}, {"a": Status.DESTROY, "c": Status.CHANGED}, destroy=True)
    recorded = {
        address("a"): frozenset[UnitAddress](),
        address("b"): frozenset({address("a")}),
        address("c"): frozenset({address("a")}),  # applied in this run, before
        address("d"): frozenset({address("c")}),
    }
    assert left_standing(choice, recorded) == ((address("b"), address("a")),)
