from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.applied import (
    DAMAGED_STATE,
    AppliedHead,
    AppliedInput,
    AppliedUnit,
    RecordedOutput,
    StateMark,
)
from cellwright.model.position import Position
from cellwright.model.runs.change import ReasonKind, Status, UnitStatus
from cellwright.model.unit import Backend, Input, Origin, Unit
from cellwright.model.value import Json, OutputReference, Value
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import StackFacts, ingredients
from cellwright.planning.reasons import used_outputs
from cellwright.planning.unit_status import Evidence, StatusEvaluator

NETWORK = UnitAddress("base", "prod", "network")
MakeUnit = Callable[..., Unit]
STACK = StackFacts("source-1", "./stacks/app", frozenset({"token"}))


@dataclass
class World:
    """A ledger in memory: only what statuses depend on."""

    digester: Digester
    stack: StackFacts = STACK
    applied: dict[UnitAddress, AppliedUnit] = field(default_factory=dict)
    marks: dict[UnitAddress, StateMark] = field(default_factory=dict)

    @property
    def outputs(self) -> dict[UnitAddress, Mapping[str, RecordedOutput]]:
        return {address: item.outputs for address, item in self.applied.items()}

    def apply(self, unit: Unit, outputs: Mapping[str, Json] | None = None, *, failed: bool = False) -> None:
        found = ingredients(unit, self.stack, self.outputs, self.digester)
        fingerprint = found.fingerprint(self.digester)
        head = AppliedHead(
            address=unit.address,
            fingerprint=None if failed else fingerprint,
            failed=fingerprint if failed else None,
            state=self.marks.get(unit.address),
        )
        self.applied[unit.address] = AppliedUnit(
            head=head,
            source_digest=found.source_digest,
            source_label=self.stack.label,
            backend_digest=found.backend_digest,
            inputs={n: AppliedInput(i.digest, i.sensitive, i.value) for n, i in found.inputs.items()},
            outputs={
                n: RecordedOutput(self.digester.plain(v), sensitive=False, value=v)
                for n, v in (outputs or {}).items()
            },
            recipe={"outputs": used_outputs(unit, self.outputs), "labels": dict(unit.labels)},
        )

    def status(self, unit: Unit) -> UnitStatus:
        return self.evaluator().status(unit)

    def evaluator(self) -> StatusEvaluator:
        evidence = Evidence(
            heads={address: item.head for address, item in self.applied.items()},
            outputs=self.outputs,
            applied=self.applied.get,
            state_mark=lambda unit: self.marks.get(unit.address),
        )
        return StatusEvaluator(evidence, lambda _pin: self.stack, self.digester)


@pytest.fixture
def world(digester: Digester) -> World:
    return World(digester)


def summaries(status: UnitStatus) -> list[str]:
    return [reason.summary for reason in status.reasons]


def test_a_unit_is_never_applied_then_up_to_date(world: World, unit: MakeUnit) -> None:
    app = unit("client/acme/app", {"replicas": 4})
    assert world.status(app).status is Status.NEVER_APPLIED
    world.apply(app)
    assert world.status(app).status is Status.UP_TO_DATE


def test_a_changed_input_is_named_with_both_values_and_its_place(world: World, unit: MakeUnit) -> None:
    world.apply(unit("client/acme/app", {"replicas": 4, "gone": True}))
    status = world.status(unit("client/acme/app", {"replicas": 6, "new": "x"}))
    assert status.status is Status.CHANGED
    assert summaries(status) == [
        "gone: true -> unset",
        "new: unset -> x (clients/acme/client.yaml:5)",
        "replicas: 4 -> 6 (clients/acme/client.yaml:5)",
    ]


@pytest.mark.parametrize(
    ("before", "now", "shown"),
    [
        (1, "1", '1 -> "1"'),
        ("a b", "a  b", '"a b" -> "a  b"'),
        ("x" * 80 + "1", "x" * 80 + "2", f'…{"x" * 30}1" -> …{"x" * 30}2"'),
        ([1, "a" * 90], [1, "a" * 91], f'…{"a" * 30}"] -> …{"a" * 30}a"]'),
    ],
)
def test_two_values_never_look_the_same(
    world: World, unit: MakeUnit, before: Value, now: Value, shown: str
) -> None:
    world.apply(unit("client/acme/app", {"a": before}))
    status = world.status(unit("client/acme/app", {"a": now}))
    assert summaries(status) == [f"a: {shown} (clients/acme/client.yaml:5)"]


def test_a_value_that_was_recorded_in_another_form_is_not_shown_as_its_own_change(
    world: World, unit: MakeUnit
) -> None:
    one = unit("client/acme/app", {"a": 1})
    world.apply(one)
    applied = world.applied[one.address]
    recorded = replace(applied.inputs["a"], digest="of another release")
    head = replace(applied.head, fingerprint="of another release")
    world.applied[one.address] = replace(applied, inputs={"a": recorded}, head=head)
    expected = "a: 1, which was recorded in another form (clients/acme/client.yaml:5)"
    assert summaries(world.status(one)) == [expected]


@pytest.mark.parametrize(
    ("before", "now", "setting"),
    [
        ({"x": 1, "y": {"z": 1}}, {"x": 1, "y": {"z": 2}}, "a.y.z"),
        ({"x": 1}, {"x": 1, "y": 2}, "a.y"),
        ({"x": 1, "y": 2}, {"x": 1}, ""),
        ([1], [2], ""),
        ("x", "${cell.x}", "a"),
        ([1], [{"k": "${cell.x}"}], "a"),
    ],
)
def test_the_setting_that_differs_is_named_where_another_line_may_decide(
    world: World, unit: MakeUnit, before: Value, now: Value, setting: str
) -> None:
    world.apply(unit("client/acme/app", {"a": before}))
    (reason,) = world.status(unit("client/acme/app", {"a": now})).reasons
    assert reason.setting == setting


def test_of_a_nested_input_the_parts_that_differ_are_told_each_with_its_path(
    world: World, unit: MakeUnit
) -> None:
    before: Value = {"same": 1, "x": {"y": "a", "z": [1]}, "gone": True}
    world.apply(unit("client/acme/app", {"a": before}))
    now: Value = {"same": 1, "x": {"y": "b", "z": [1, 2]}, "new": {"k": 1}}
    found = world.status(unit("client/acme/app", {"a": now})).reasons
    assert [reason.text for reason in found] == [
        "a.x.y: a -> b",
        "a.x.z: [1] -> [1, 2]",
        'a.new: unset -> {"k": 1}',
        "a.gone: true -> unset",
    ]
    assert [reason.setting for reason in found] == ["a.x.y", "a.x.z", "a.new", ""]


def test_of_many_parts_that_differ_some_are_told_and_the_others_counted(world: World, unit: MakeUnit) -> None:
    world.apply(unit("client/acme/app", {"a": dict.fromkeys("stuvwxyz", 1)}))
    found = world.status(unit("client/acme/app", {"a": dict.fromkeys("stuvwxyz", 2)})).reasons
    assert [reason.text for reason in found][-2:] == ["a.w: 1 -> 2", "a: 3 more parts differ"]


def placed(unit: Unit, value: Value, written: Value, file: str, account: str) -> Unit:
    origin = Origin(file, Position(file, 5, 1), written)
    own = Position("clients/acme/client.yaml", 1, 1)
    return replace(unit, inputs={"a": Input(value, origin)}, labels={"account": account}, position=own)


@pytest.mark.parametrize(
    ("written", "file"),
    [
        ("${account.region}", "defaults.yaml"),
        ([{"k": "in ${account.region}"}], "defaults.yaml"),
        ("anything", "accounts/west.yaml"),
    ],
)
def test_the_key_of_the_cell_that_chose_the_value_is_the_reason(
    world: World, unit: MakeUnit, written: Value, file: str
) -> None:
    app = unit("client/acme/app")
    world.apply(placed(app, "eu", written, file, "east"))
    now = world.status(placed(app, "us", written, file, "west"))
    assert [(item.text, item.setting) for item in now.reasons] == [
        ("account: east -> west", "${cell.account}")
    ]


def test_so_is_it_for_an_output_of_the_other_place(world: World, unit: MakeUnit) -> None:
    app, written = unit("client/acme/app"), "${output.base.net.id}"
    for place in ("east", "west"):
        world.apply(unit(f"base/{place}/net"), {"id": place})
    east, west = (OutputReference(UnitAddress("base", place, "net"), "id") for place in ("east", "west"))
    world.apply(placed(app, east, written, "defaults.yaml", "east"))
    now = world.status(placed(app, west, written, "defaults.yaml", "west"))
    assert [item.text for item in now.reasons] == ["account: east -> west"]


def test_what_the_key_does_not_choose_keeps_its_own_reason(world: World, unit: MakeUnit) -> None:
    app, own = unit("client/acme/app"), "clients/acme/client.yaml"
    world.apply(placed(app, 1, 1, own, "east"))
    now = world.status(placed(app, 2, 2, own, "west"))
    assert [item.text for item in now.reasons] == ["a: 1 -> 2"]


def test_a_changed_secret_shows_no_value(world: World, unit: MakeUnit) -> None:
    world.apply(unit("client/acme/app", {"token": "hunter2"}))
    status = world.status(unit("client/acme/app", {"token": "hunter3"}))
    assert summaries(status) == ["token: (sensitive) -> (sensitive) (clients/acme/client.yaml:5)"]
    assert "hunter" not in repr(world.applied)


def test_a_changed_source_is_a_reason(world: World, unit: MakeUnit) -> None:
    app = unit("client/acme/app")
    world.apply(app)
    world.stack = StackFacts("source-2", "./stacks/app", frozenset())
    status = world.status(app)
    assert [reason.kind for reason in status.reasons] == [ReasonKind.SOURCE]
    assert summaries(status) == ["source of app"]


def test_an_upstream_that_was_never_applied_blocks(world: World, unit: MakeUnit) -> None:
    app = unit("client/acme/app", {"vpc": OutputReference(NETWORK, "vpc_id")})
    status = world.status(app)
    assert status.status is Status.BLOCKED
    assert summaries(status) == ["waits for base/prod/network, never applied"]


def test_an_upstream_whose_first_apply_failed_blocks(world: World, unit: MakeUnit) -> None:
    world.apply(unit("base/prod/network"), failed=True)
    app = unit("client/acme/app", needs=("base/prod/network",))
    assert world.status(app).status is Status.BLOCKED


def test_an_upstream_without_the_output_blocks_with_the_reason(world: World, unit: MakeUnit) -> None:
    world.apply(unit("base/prod/network"), {"other": 1})
    status = world.status(unit("client/acme/app", {"vpc": OutputReference(NETWORK, "vpc_id")}))
    assert status.status is Status.BLOCKED
    assert "no recorded output 'vpc_id'" in summaries(status)[0]


def test_a_changed_output_changes_who_takes_it_and_nobody_else(world: World, unit: MakeUnit) -> None:
    network = unit("base/prod/network")
    takes = unit("client/acme/app", {"vpc": OutputReference(NETWORK, "vpc_id")})
    follows = unit("client/acme/sftp", needs=("base/prod/network",))
    world.apply(network, {"vpc_id": "vpc-1"})
    world.apply(takes)
    world.apply(follows)
    world.apply(network, {"vpc_id": "vpc-2"})
    status = world.status(takes)
    assert [reason.kind for reason in status.reasons] == [ReasonKind.OUTPUT]
    assert summaries(status) == ["output base/prod/network.vpc_id (for vpc)"]
    assert world.status(follows).status is Status.UP_TO_DATE


def test_a_literal_equal_to_the_output_is_no_change(world: World, unit: MakeUnit) -> None:
    world.apply(unit("base/prod/network"), {"vpc_id": "vpc-1"})
    world.apply(unit("client/acme/app", {"vpc": OutputReference(NETWORK, "vpc_id")}))
    assert world.status(unit("client/acme/app", {"vpc": "vpc-1"})).status is Status.UP_TO_DATE


def test_a_failed_apply_is_failed_until_its_settings_change(world: World, unit: MakeUnit) -> None:
    app = unit("client/acme/app", {"replicas": 4})
    world.apply(app, failed=True)
    assert world.status(app).status is Status.FAILED
    assert world.status(unit("client/acme/app", {"replicas": 5})).status is Status.NEVER_APPLIED


def test_going_back_after_a_failed_apply_is_a_change(world: World, unit: MakeUnit) -> None:
    app = unit("client/acme/app", {"replicas": 4})
    world.apply(app)
    good = world.applied[app.address]
    world.applied[app.address] = replace(good, head=replace(good.head, failed="another fingerprint"))
    status = world.status(app)
    assert status.status is Status.CHANGED
    assert summaries(status) == ["an apply with other settings did not end well since"]


@pytest.mark.parametrize(
    ("mark", "summary"),
    [
        (StateMark("l1", 7), "written by somebody else: serial 3 -> 7"),
        (StateMark("l2", 3), "another state: lineage l1 -> l2"),
        (DAMAGED_STATE, "its state is damaged, or can't be read"),
    ],
)
def test_a_state_that_somebody_else_wrote_is_a_change(
    world: World, unit: MakeUnit, mark: StateMark, summary: str
) -> None:
    app = unit("client/acme/app")
    world.marks[app.address] = StateMark("l1", 3)
    world.apply(app)
    assert world.status(app).status is Status.UP_TO_DATE
    world.marks[app.address] = mark
    status = world.status(app)
    assert (status.status, summaries(status)) == (Status.CHANGED, [summary])


def test_another_backend_is_a_reason(world: World, unit: MakeUnit) -> None:
    app = unit("client/acme/app")
    world.apply(app)
    moved = replace(app, backend=Backend("s3", {"bucket": "other"}))
    assert [reason.kind for reason in world.status(moved).reasons] == [ReasonKind.BACKEND]


def test_what_is_read_at_once_are_the_units_that_differ(world: World, unit: MakeUnit) -> None:
    same, changed, failed, new = (
        unit(f"client/{name}/app", {"replicas": 4}) for name in ("same", "changed", "failed", "new")
    )
    world.apply(same)
    world.apply(changed)
    world.apply(failed)
    record = world.applied[failed.address]
    world.applied[failed.address] = replace(record, head=replace(record.head, failed=record.head.fingerprint))
    changed = unit("client/changed/app", {"replicas": 6})
    blocked = unit("client/blocked/app", {"id": OutputReference(new.address, "id")})
    units = (same, changed, failed, new, blocked)
    expected: list[UnitAddress] = []
    evaluator = world.evaluator()
    evaluator = replace(evaluator, evidence=replace(evaluator.evidence, expect=expected.extend))
    found = list(evaluator.evaluate_all(units))
    assert expected == [changed.address, failed.address]
    assert found == [world.evaluator().evaluate(item, upstreams_applied=True) for item in units]
    assert [status.status for status, _ in found] == [
        Status.UP_TO_DATE,
        Status.CHANGED,
        Status.FAILED,
        Status.NEVER_APPLIED,
        Status.BLOCKED,
    ]
