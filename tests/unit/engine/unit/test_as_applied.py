"""What a destroy runs with: what was applied, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from cellwright.engine.unit.as_applied import AsApplied, DoomedUnit
from cellwright.engine.unit.orphan import recipe_of
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedInput, AppliedUnit, RecordedOutput
from cellwright.model.binary import DEFAULT_BINARY, BinarySettings
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.unit import Backend, StackPin, Unit
from cellwright.model.value import Json, OutputReference, SecretReference
from cellwright.planning.binding import bind, input_scope, substitute
from cellwright.planning.fingerprint import StackFacts, backend_digest
from cellwright.stacks.source.tree import StackTree
from unit.engine.kit import APP, DIGESTER, FACTS, NETWORK, TREE, make_unit

COMMIT = "c0ffee" * 6 + "c0ff"
S3 = Backend("s3", {"bucket": "b", "key": "k", "secret_key": "hidden"})
PLACE = Backend("s3", {"bucket": "b", "key": "k"})


@dataclass
class World:
    """The sources and settings that can be had."""

    sources: dict[str | None, str] = field(default_factory=lambda: {None: "applied"})
    """By commit (None: as it is now): the digest of the source."""
    former: Unit | None = None
    """The unit at its commit."""
    lost: bool = False
    """The commit can't be had."""
    kept: StackTree | None = None
    environments: tuple[Mapping[str, str], ...] = ()
    looked: list[str] = field(default_factory=list)
    """The commits that settings were asked of."""

    def stacks(self, pin: StackPin) -> tuple[StackTree, StackFacts]:
        if pin.source.startswith("/"):
            return replace(TREE, digest="with our files"), FACTS
        if pin.commit not in self.sources:
            raise DiagnosticError(error(f"no source at {pin.commit}"))
        label = pin.source if pin.commit is None else f"{pin.source} ({pin.commit})"
        digest = self.sources[pin.commit]
        return replace(TREE, digest=digest), replace(FACTS, digest=digest, label=label)

    def unit_at(self, commit: str, _address: UnitAddress) -> Unit | None:
        self.looked.append(commit)
        if self.lost:
            raise DiagnosticError(error("commit c0ffee is not here"))
        return self.former

    def destroyed(self, applied: AppliedUnit, now: Unit | None = None) -> DoomedUnit:
        made = AsApplied(
            stacks=self.stacks,
            outputs=lambda _units: {NETWORK: {"key": RecordedOutput("of the key", sensitive=True)}},
            environments=lambda: self.environments,
            binary=lambda _applied: BinarySettings(product="tofu"),
            former=self.unit_at,
            kept=lambda _unit, digest: self.kept if digest == "applied" else None,
            digester=DIGESTER,
        )
        return made.unit(applied, now)


def applied(unit: Unit, **recipe: Json) -> AppliedUnit:
    """What is recorded of a unit: `password` is sensitive."""
    values = {name: substitute(item.value, str) for name, item in unit.inputs.items()}
    inputs = {
        name: AppliedInput(DIGESTER.keyed(value, *input_scope(APP, name)), sensitive=True)
        if name == "password"
        else AppliedInput("d", sensitive=False, value=value)
        for name, value in values.items()
    }
    return AppliedUnit(
        head=AppliedHead(address=APP, fingerprint="f"),
        source_digest="applied",
        source_label="./stacks/app",
        backend_digest=backend_digest(unit.address, unit.backend, DIGESTER),
        inputs=inputs,
        outputs={},
        recipe={**recipe_of(unit, {}, DIGESTER), **recipe},
        commit=COMMIT,
    )


def test_what_the_ledger_and_the_present_source_say_needs_no_commit() -> None:
    world = World()
    found = world.destroyed(applied(make_unit(inputs={"size": 3})))
    assert (found.unit.inputs["size"].value, found.unit.stack.commit) == (3, None)
    assert found.unit.stack.binary == BinarySettings(product="tofu")
    assert found.taken_from == "as applied: source ./stacks/app, inputs as recorded"
    assert world.looked == []


def test_a_switched_off_unit_is_destroyed_with_its_recorded_inputs() -> None:
    now = replace(make_unit(inputs={"size": 4, "more": 1}, enabled=False), environment={"TOKEN": "new"})
    found = World().destroyed(applied(make_unit(inputs={"size": 3})), now)
    assert {name: item.value for name, item in found.unit.inputs.items()} == {"size": 3}
    assert found.unit.environment == {"TOKEN": "new"}, "credentials are renewed"
    assert found.unit.stack.binary == DEFAULT_BINARY


def test_a_stack_that_moved_on_is_taken_from_the_commit() -> None:
    world = World(sources={None: "moved on", COMMIT: "applied"})
    found = world.destroyed(applied(make_unit(inputs={"size": 3})))
    assert found.unit.stack.commit == COMMIT
    assert found.facts.digest == "applied"
    assert COMMIT in found.taken_from


def test_a_git_source_is_taken_from_its_own_commit() -> None:
    unit = replace(make_unit(), stack=StackPin("git::https://example.com/stacks.git//app?ref=main"))
    world = World(sources={None: "moved on", "5ca1e": "applied", COMMIT: "another repository's"})
    found = world.destroyed(applied(unit, source_commit="5ca1e"))
    assert found.unit.stack.commit == "5ca1e"


@pytest.mark.parametrize(
    "sources", [{None: "moved on"}, {None: "moved on", COMMIT: "not committed then"}, {}]
)
def test_nothing_is_destroyed_from_another_source(sources: dict[str | None, str]) -> None:
    with pytest.raises(DiagnosticError) as caught:
        World(sources=sources).destroyed(applied(make_unit()))
    [found] = caught.value.diagnostics
    assert "client/acme/app can't be destroyed: the source that it was applied from" in found.summary
    assert "git fetch" in found.detail


def test_the_copy_of_what_was_never_committed_is_used() -> None:
    copy = replace(TREE, digest="applied", folder=Path("/kept/source"), label="/kept/source")
    found = World(sources={}, kept=copy).destroyed(applied(make_unit()))
    assert (found.tree, found.facts.digest) == (copy, "applied")
    assert found.unit.stack.source == "/kept/source"
    assert "copy in /kept/source" in found.taken_from


def test_an_apply_that_failed_left_its_own_source_and_commit() -> None:
    tried: Json = {"size": {"digest": "e", "sensitive": False, "value": 4}}
    record = applied(make_unit(), inputs=tried, source_digest="tried", commit="a" * 40)
    world = World(sources={None: "applied", "a" * 40: "tried"})
    found = world.destroyed(record)
    assert (found.unit.stack.commit, found.unit.inputs["size"].value) == ("a" * 40, 4)


def test_what_an_older_version_recorded_of_a_failed_apply_is_destroyed_from_the_present_source() -> None:
    assert World(sources={None: "any"}).destroyed(applied(make_unit(), inputs={})).facts.digest == "any"


SECRET = make_unit(inputs={"password": "hunter2"})


def test_a_secret_that_the_settings_still_have_is_taken_from_them() -> None:
    world = World()
    found = world.destroyed(applied(SECRET), replace(SECRET, enabled=False))
    assert found.unit.inputs["password"].value == "hunter2"
    assert world.looked == []


@pytest.mark.parametrize("now", [None, make_unit(inputs={"password": "renewed"}), make_unit()])
def test_a_secret_is_taken_from_the_commit(now: Unit | None) -> None:
    found = World(former=SECRET).destroyed(applied(SECRET), now)
    assert found.unit.inputs["password"].value == "hunter2"
    assert found.taken_from.endswith(f"; password from commit {COMMIT[:12]}")
    assert "hunter2" not in found.taken_from


@pytest.mark.parametrize(
    ("world", "why"),
    [
        (World(lost=True), "commit c0ffee is not here"),
        (World(former=None), "does not have the unit"),
        (World(former=make_unit(inputs={"password": "other"})), "its commit has another value"),
        (World(former=make_unit(inputs={"password": OutputReference(NETWORK, "gone")})), "another value"),
    ],
)
def test_without_its_secret_nothing_is_destroyed(world: World, why: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        world.destroyed(applied(SECRET))
    [found] = caught.value.diagnostics
    assert "password is sensitive" in found.summary
    assert why in found.summary


def test_a_secret_that_is_an_output_is_looked_up_again() -> None:
    unit = make_unit(inputs={"password": OutputReference(NETWORK, "key")})
    reference: Json = {"$sensitive": f"{NETWORK}.key", "path": []}
    keyed = f"{DIGESTER.keyed(reference, *input_scope(APP, 'password'))}+of the key"
    record = replace(applied(make_unit()), inputs={"password": AppliedInput(keyed, sensitive=True)})
    found = World(former=unit).destroyed(record)
    assert found.unit.inputs == unit.inputs
    assert found.outputs[NETWORK]["key"].sensitive


PROD = {"AWS_PROFILE": "prod"}


def test_an_environment_that_no_cell_has_any_more_is_that_of_the_commit() -> None:
    unit = make_unit(environment=PROD)
    assert World(environments=({}, PROD)).destroyed(applied(unit)).unit.environment == PROD
    assert World(former=unit).destroyed(applied(unit)).unit.environment == PROD


@pytest.mark.parametrize(
    "world", [World(lost=True), World(former=make_unit(environment={"AWS_PROFILE": "x"}))]
)
def test_nothing_is_destroyed_with_another_environment(world: World) -> None:
    with pytest.raises(DiagnosticError, match="environment that no cell of the fleet has any more"):
        world.destroyed(applied(make_unit(environment=PROD)))


def test_credentials_of_a_backend_come_from_the_commit_or_from_the_environment() -> None:
    unit = make_unit(backend=S3)
    assert World(former=unit).destroyed(applied(unit)).unit.backend == S3
    assert World(lost=True).destroyed(applied(unit)).unit.backend == PLACE
    world = World()
    assert world.destroyed(applied(make_unit(backend=PLACE))).unit.backend == PLACE
    assert world.looked == []


def with_secret(name: str) -> AppliedUnit:
    """A unit whose password is a reference to a secret, as its apply has recorded it."""
    unit = make_unit(inputs={"password": SecretReference("vault", name)})
    digest = bind(unit, FACTS.secrecy, {}, DIGESTER)["password"].digest
    return replace(applied(unit), inputs={"password": AppliedInput(digest, sensitive=True)})


def test_a_reference_to_a_secret_is_taken_from_the_ledger() -> None:
    world = World(lost=True)
    found = world.destroyed(with_secret("db"))
    assert found.unit.inputs["password"].value == SecretReference("vault", "db")
    assert world.looked == []


def test_a_reference_that_was_changed_in_the_ledger_is_not_followed() -> None:
    recorded = with_secret("db")
    changed = replace(recorded, recipe={**recorded.recipe, "references": {"password": "secret.vault.other"}})
    with pytest.raises(DiagnosticError, match="password is sensitive"):
        World(lost=True).destroyed(changed)
