"""The intent of an apply: what to record of the unit if it succeeds, written down before it starts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cellwright.engine.unit.evaluation import UnitTask
from cellwright.engine.unit.orphan import recipe_of
from cellwright.ledger.database.damage import reads
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedInput, AppliedUnit, RecordedOutput, StateMark
from cellwright.model.binary import BinaryVersion
from cellwright.model.fetched_module import modules_to_json
from cellwright.model.runs.run import Run
from cellwright.model.value import Json
from cellwright.planning.binding import output_scope
from cellwright.planning.digest import Digester
from cellwright.planning.imports import IMPORTS
from cellwright.planning.partial_apply import parts_to_record
from cellwright.planning.secret_digests import RECORDED


@dataclass(frozen=True, slots=True)
class Intent:
    """What one attempt at a unit is about to bring about."""

    attempt_id: str
    """Its Terraform process bears it too: an apply that is found running or ended after a crash counts as
    this attempt's only if it bears the same."""
    unit: AppliedUnit
    prior: StateMark | None = None
    """The version of the state that its plan was made for."""
    differs: bool = False
    """Its plan is bound to change the state."""
    host: str = ""
    """The machine on which it is carried out; empty where an earlier Cellwright has recorded it."""


def intended(task: UnitTask, run: Run, digester: Digester, binary: BinaryVersion) -> AppliedUnit:
    """Describe the unit as it will have been applied; its state and its outputs' values are not known yet."""
    found = task.ingredients
    return AppliedUnit(
        head=AppliedHead(address=task.part.address, fingerprint=task.fingerprint),
        source_digest=found.source_digest,
        source_label=task.facts.label,
        backend_digest=found.backend_digest,
        inputs={
            name: AppliedInput(item.digest, item.sensitive, item.value) for name, item in found.inputs.items()
        },
        outputs=absent_outputs(task.part.address, task.facts.outputs, digester),
        recipe={
            **recipe_of(task.unit, task.outputs, digester, task.own_binary),
            **_modules(task),
            **({RECORDED: dict(task.secrets)} if task.secrets else {}),
            **parts_to_record(task.options),
            # A part of a plan may have left imports out: they are asked for again, which is harmless.
            **({IMPORTS: dict(task.imports)} if task.imports and not task.options.in_part else {}),
            **task.has_from,
            "source_digest": found.source_digest,
            "source_commit": task.tree.commit,
            "commit": run.commit,
        },
        binary=binary,
        run=run.id,
        commit=run.commit,
    )


def _modules(task: UnitTask) -> dict[str, Json]:
    return {"modules": [*modules_to_json(task.modules)]} if task.modules else {}


def absent_outputs(
    unit: UnitAddress, declared: Mapping[str, bool], digester: Digester
) -> dict[str, RecordedOutput]:
    """Give every declared output as null: a state holds no output whose value is null."""
    return {
        name: recorded(None, digester, output_scope(unit, name) if sensitive else None)
        for name, sensitive in declared.items()
    }


def recorded(value: Json, digester: Digester, secret: tuple[str, ...] | None) -> RecordedOutput:
    """Give an output as the ledger keeps it: a sensitive one, of which `secret` is the scope, by digest."""
    if secret is not None:
        return RecordedOutput(digester.keyed(value, *secret), sensitive=True)
    return RecordedOutput(digester.plain(value), sensitive=False, value=value)


def with_inputs(unit: AppliedUnit) -> AppliedUnit:
    """Write the inputs into the recipe too: of a first apply that failed, only the recipe is remembered."""
    inputs = {
        name: {"digest": item.digest, "sensitive": item.sensitive, "value": item.value}
        for name, item in unit.inputs.items()
    }
    # Whether anything was imported is not known: it is asked for again, which changes nothing if it was.
    recipe = {key: value for key, value in unit.recipe.items() if key != IMPORTS}
    return replace(unit, outputs={}, recipe={**recipe, "inputs": inputs})


def to_json(intent: Intent) -> Json:
    """Write it down; sensitive inputs are digests already."""
    unit = intent.unit
    return {
        "claim": intent.attempt_id,
        "unit": str(unit.head.address),
        "fingerprint": unit.head.fingerprint,
        "source_digest": unit.source_digest,
        "source_label": unit.source_label,
        "backend_digest": unit.backend_digest,
        "inputs": {name: [item.digest, item.sensitive, item.value] for name, item in unit.inputs.items()},
        "outputs": {name: [item.digest, item.sensitive] for name, item in unit.outputs.items()},
        "recipe": unit.recipe,
        "product": unit.binary.product,
        "terraform_version": unit.binary.version,
        "run": unit.run,
        "commit": unit.commit,
        "prior": [intent.prior.lineage, intent.prior.serial] if intent.prior else None,
        "differs": intent.differs,
        "host": intent.host,
    }


@reads("an apply that was begun")
def from_json(text: Any) -> Intent:  # noqa: ANN401  what `to_json` wrote, read back
    """Read it again after a crash."""
    fields: Mapping[str, Any] = text
    unit = AppliedUnit(
        head=AppliedHead(address=UnitAddress.parse(fields["unit"]), fingerprint=fields["fingerprint"]),
        source_digest=fields["source_digest"],
        source_label=fields["source_label"],
        backend_digest=fields["backend_digest"],
        inputs={name: AppliedInput(*item) for name, item in fields["inputs"].items()},
        outputs={name: RecordedOutput(*item) for name, item in fields.get("outputs", {}).items()},
        recipe=fields["recipe"],
        binary=BinaryVersion(fields.get("product"), fields["terraform_version"]),
        run=fields["run"],
        commit=fields["commit"],
    )
    prior = StateMark(*fields["prior"]) if fields.get("prior") else None
    return Intent(fields["claim"], unit, prior, fields.get("differs", False), fields.get("host", ""))
