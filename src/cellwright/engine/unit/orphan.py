"""Orphans: units that the fleet no longer has, rebuilt from the ledger so that they can be destroyed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cellwright.ledger.database.damage import reads
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedInput, AppliedUnit
from cellwright.model.binary import DEFAULT_BINARY, BinarySettings
from cellwright.model.fetched_module import FetchedModule, modules_from_json
from cellwright.model.position import Position
from cellwright.model.states.secret_backend import with_secrets_of, without_secrets
from cellwright.model.states.state_place import state_place
from cellwright.model.unit import Backend, Input, Origin, StackPin, Unit
from cellwright.model.value import Json
from cellwright.planning.binding import Outputs
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import environment_digest
from cellwright.planning.reasons import used_outputs
from cellwright.planning.secret_digests import parse_recorded, recorded_references
from cellwright.stacks.source.address import LocalSource, parse_source


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is recorded of the source that the latest apply ran, a failed one included."""

    source: str
    version: str | None
    constants: tuple[tuple[str, str], ...]
    source_digest: str | None
    """None where it was not recorded: of an apply that failed, by a Cellwright that did not."""
    source_commit: str | None
    """Of a git source."""
    commit: str | None
    """Of the fleet's repository."""
    binary: BinarySettings | None
    """What its cell has chosen to run it; None: its level did, or it was not recorded."""

    @classmethod
    @reads("what a unit was applied from")
    def of(cls, applied: AppliedUnit) -> "Recipe":
        """Read it from what is recorded of a unit."""
        recorded: Mapping[str, Any] = applied.recipe
        failed = "inputs" in recorded
        return cls(
            source=recorded["source"],
            version=recorded["version"],
            constants=tuple((name, text) for name, text in recorded.get("constants", ())),
            source_digest=recorded.get("source_digest", None if failed else applied.source_digest),
            source_commit=recorded.get("source_commit"),
            commit=recorded.get("commit", applied.commit),
            binary=BinarySettings(*recorded["terraform"]) if recorded.get("terraform") else None,
        )

    def pins(self, binary: BinarySettings) -> tuple[StackPin, ...]:
        """The source as its settings name it, then as it was at the recorded commit."""
        now = StackPin(self.source, self.version, binary=binary, constants=self.constants)
        is_local = isinstance(parse_source(self.source, self.version), LocalSource)
        commit = self.commit if is_local else self.source_commit
        return (now,) if commit is None else (now, replace(now, commit=commit))


def recipe_of(
    unit: Unit, outputs: Outputs, digester: Digester, own_binary: BinarySettings | None = None
) -> dict[str, Json]:
    """What to record of a unit so that it can be destroyed without its settings; JSON, no secrets.

    `own_binary` is the program that its cell chooses, where its level chooses another one.
    """
    return {
        "source": unit.stack.source,
        "version": unit.stack.version,
        "constants": [list(item) for item in unit.stack.constants],
        "backend": recorded_settings(unit.backend),
        "environment": environment_digest(unit.address, unit.environment, digester)
        if unit.environment
        else None,
        "terraform": None if own_binary is None else list(own_binary),
        "upstreams": sorted(str(upstream) for upstream in unit.upstreams()),
        "labels": dict(unit.labels),
        "outputs": used_outputs(unit, outputs),
        **({"references": references} if (references := recorded_references(unit)) else {}),
    }


def recorded_settings(backend: Backend) -> Json:
    """What to record of a backend; JSON, no secrets."""
    return {"kind": backend.kind, "config": without_secrets(backend.config)}


@reads("what a unit depends on")
def upstreams_of(applied: AppliedUnit) -> frozenset[UnitAddress]:
    """The units that had to be there before this one, as recorded."""
    recorded: Any = applied.recipe.get("upstreams") or ()
    return frozenset(UnitAddress.parse(text) for text in recorded)


@reads("the secrets that a unit takes")
def secret_inputs_of(applied: AppliedUnit) -> Mapping[str, Input]:
    """Give the inputs that are one reference to a secret, as recorded."""
    recorded: Any = applied.recipe.get("references") or {}
    found = {name: parse_recorded(text) for name, text in recorded.items()}
    return {name: Input(item, Origin("ledger", Position("ledger"), item)) for name, item in found.items()}


@reads("the modules of a unit")
def modules_of(applied: AppliedUnit) -> tuple[FetchedModule, ...]:
    """The modules that were downloaded for the unit, as recorded."""
    return modules_from_json(applied.recipe.get("modules"))


@reads("where a state lies")
def backend_of(applied: AppliedUnit) -> Backend:
    """Where the unit's state lies, as recorded."""
    recorded: Any = applied.recipe["backend"]
    return Backend(recorded["kind"], recorded["config"])


def recorded_backend(applied: AppliedUnit, now: Backend | None) -> Backend:
    """Where the unit's state lies, as recorded, with what its settings of `now` say of the same place.

    Credentials are not recorded. If the place is another one, those of the same kind of backend are tried.
    """
    recorded = backend_of(applied)
    if now is None or now.kind != recorded.kind:
        return recorded
    if not has_moved(applied, now):
        return now
    return Backend(recorded.kind, with_secrets_of(recorded.config, now.config))


def has_moved(applied: AppliedUnit, now: Backend, root: Path | None = None) -> bool:
    """Whether the settings name another place for the unit's state than the recorded one."""
    if "backend" not in applied.recipe:
        return False
    unit = applied.head.address
    shared = Backend(now.kind, without_secrets(now.config))
    return state_place(backend_of(applied), unit, root) != state_place(shared, unit, root)


def environment_of(
    applied: AppliedUnit, known: Iterable[Mapping[str, str]], digester: Digester
) -> Mapping[str, str] | None:
    """Find the environment that the unit was applied with among some; None if none of them is it.

    The ledger has a keyed digest of it only. With another one it might be destroyed as somebody else, or
    somewhere else.
    """
    wanted = applied.recipe.get("environment")
    if wanted is None:
        return {}
    unit = applied.head.address
    different = {id(item): item for item in known}.values()
    return next((item for item in different if environment_digest(unit, item, digester) == wanted), None)


def rebuild(applied: AppliedUnit, secrets: Mapping[str, Input]) -> Unit:
    """Make the unit again from what was recorded; the inputs that the ledger does not keep are `secrets`.

    Its source is the recorded one as it is now, without a program to run it; its environment is not recorded.
    """
    recipe: Mapping[str, Any] = applied.recipe
    position = Position("ledger")
    inputs = {
        name: Input(item.value, Origin("ledger", position, item.value))
        for name, item in recorded_inputs(applied).items()
        if not item.sensitive
    }
    return Unit(
        address=applied.head.address,
        stack=Recipe.of(applied).pins(DEFAULT_BINARY)[0],
        enabled=False,
        inputs={**inputs, **secrets},
        needs=tuple(sorted(upstreams_of(applied))),
        backend=backend_of(applied),
        environment={},
        labels=recipe["labels"],
        position=position,
        secret_inputs=frozenset(secrets),
    )


@reads("a unit's inputs")
def recorded_inputs(applied: AppliedUnit) -> Mapping[str, AppliedInput]:
    """The inputs of the latest apply, also if it failed: then they are in the recipe."""
    tried: Any = applied.recipe.get("inputs")
    if tried is None:
        return applied.inputs
    return {name: AppliedInput(**item) for name, item in tried.items()}
