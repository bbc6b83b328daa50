"""Orphans: units that the fleet no longer has, rebuilt from the ledger so that they can be destroyed."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cellwright.ledger.database.damage import reads
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedInput, AppliedUnit
from cellwright.model.binary import BinarySettings
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.fetched_module import FetchedModule, modules_from_json
from cellwright.model.position import Position
from cellwright.model.state_place import SECRET_SETTING, state_place, without_secrets
from cellwright.model.unit import Backend, Input, Origin, StackPin, Unit
from cellwright.model.value import Json
from cellwright.planning.binding import Outputs
from cellwright.planning.digest import Digester
from cellwright.planning.reasons import used_outputs

_BRING_BACK = (
    "bring its settings back (git revert), then switch it off with `enabled: false` or offboard its client"
)


def recipe_of(unit: Unit, outputs: Outputs, digester: Digester) -> dict[str, Json]:
    """What to record of a unit so that it can be destroyed without its settings; JSON, no secrets."""
    return {
        "source": unit.stack.source,
        "version": unit.stack.version,
        "constants": [list(item) for item in unit.stack.constants],
        "backend": recorded_settings(unit.backend),
        "environment": digester.keyed(dict(unit.environment)) if unit.environment else None,
        "upstreams": sorted(str(upstream) for upstream in unit.upstreams()),
        "labels": dict(unit.labels),
        "outputs": used_outputs(unit, outputs),
    }


def recorded_settings(backend: Backend) -> Json:
    """What to record of a backend; JSON, no secrets."""
    return {"kind": backend.kind, "config": without_secrets(backend.config)}


@reads("what a unit depends on")
def upstreams_of(applied: AppliedUnit) -> frozenset[UnitAddress]:
    """The units that had to be there before this one, as recorded."""
    recorded: Any = applied.recipe.get("upstreams") or ()
    return frozenset(UnitAddress.parse(text) for text in recorded)


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
    secrets = {key: value for key, value in now.config.items() if SECRET_SETTING.search(key)}
    return Backend(recorded.kind, {**secrets, **recorded.config})


def has_moved(applied: AppliedUnit, now: Backend, root: Path | None = None) -> bool:
    """Whether the settings name another place for the unit's state than the recorded one."""
    if "backend" not in applied.recipe:
        return False
    unit = applied.head.address
    shared = Backend(now.kind, without_secrets(now.config))
    return state_place(backend_of(applied), unit, root) != state_place(shared, unit, root)


def environment_of(
    applied: AppliedUnit, known: Iterable[Mapping[str, str]], digester: Digester
) -> Mapping[str, str]:
    """Find the environment that the unit was applied with among those that the fleet still has.

    The ledger has a keyed digest of it only. With another one it might be destroyed as somebody else, or
    somewhere else.

    Raises:
        DiagnosticError: no cell of the fleet has it any more.
    """
    wanted = applied.recipe.get("environment")
    if wanted is None:
        return {}
    for environment in {id(item): item for item in known}.values():
        if digester.keyed(dict(environment)) == wanted:
            return environment
    raise DiagnosticError(
        error(
            f"{applied.head.address} can't be destroyed from the ledger alone: it ran with an environment "
            "that no cell of the fleet has any more",
            _BRING_BACK,
        )
    )


def rebuild(applied: AppliedUnit, environment: Mapping[str, str], binary: BinarySettings) -> Unit:
    """Make the unit again from what was recorded.

    Raises:
        DiagnosticError: it had sensitive inputs, which the ledger does not keep.
    """
    address = applied.head.address
    inputs = _inputs(applied)
    hidden = sorted(name for name, item in inputs.items() if item.sensitive)
    if hidden:
        raise DiagnosticError(
            error(
                f"{address} can't be destroyed from the ledger alone: {', '.join(hidden)} is sensitive "
                "and not kept there",
                _BRING_BACK,
            )
        )
    recipe: Mapping[str, Any] = applied.recipe
    position = Position("ledger")
    return Unit(
        address=address,
        stack=StackPin(
            recipe["source"],
            recipe["version"],
            binary=binary,
            constants=tuple((name, text) for name, text in recipe.get("constants", ())),
        ),
        enabled=False,
        inputs={
            name: Input(item.value, Origin("ledger", position, item.value)) for name, item in inputs.items()
        },
        needs=tuple(sorted(upstreams_of(applied))),
        backend=backend_of(applied),
        environment=environment,
        labels=recipe["labels"],
        position=position,
    )


def _inputs(applied: AppliedUnit) -> Mapping[str, AppliedInput]:
    """The inputs of the latest apply, also if it failed: then they are in the recipe."""
    tried: Any = applied.recipe.get("inputs")
    if tried is None:
        return applied.inputs
    return {name: AppliedInput(**item) for name, item in tried.items()}
