"""What will be remembered of a unit if its apply succeeds; written down before the apply starts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cellwright.engine.evaluation import Work
from cellwright.engine.forgotten import recipe_of
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedInput, AppliedUnit, StateMark
from cellwright.model.run import Run
from cellwright.model.value import Json


def remembered(work: Work, run: Run, terraform_version: str, state: StateMark | None) -> AppliedUnit:
    """Describe the unit as it will have been applied; its outputs are not known yet."""
    found = work.ingredients
    return AppliedUnit(
        head=AppliedHead(address=work.part.address, fingerprint=work.fingerprint, state=state),
        source_digest=found.source_digest,
        source_label=work.facts.label,
        backend_digest=found.backend_digest,
        inputs={
            name: AppliedInput(item.digest, item.sensitive, item.value) for name, item in found.inputs.items()
        },
        outputs={},
        recipe=recipe_of(work.unit, work.outputs),
        terraform_version=terraform_version,
        run=run.id,
        commit=run.commit,
    )


def with_inputs(unit: AppliedUnit) -> AppliedUnit:
    """Write the inputs into the recipe too: of a first apply that failed, only the recipe is remembered."""
    inputs = {
        name: {"digest": item.digest, "sensitive": item.sensitive, "value": item.value}
        for name, item in unit.inputs.items()
    }
    return replace(unit, recipe={**unit.recipe, "inputs": inputs})


def to_json(unit: AppliedUnit) -> Json:
    """Write it down; sensitive inputs are digests already."""
    return {
        "unit": str(unit.head.address),
        "fingerprint": unit.head.fingerprint,
        "source_digest": unit.source_digest,
        "source_label": unit.source_label,
        "backend_digest": unit.backend_digest,
        "inputs": {name: [item.digest, item.sensitive, item.value] for name, item in unit.inputs.items()},
        "recipe": unit.recipe,
        "terraform_version": unit.terraform_version,
        "run": unit.run,
        "commit": unit.commit,
    }


def from_json(text: Any) -> AppliedUnit:  # noqa: ANN401  what `to_json` wrote, read back
    """Read it again after a crash."""
    fields: Mapping[str, Any] = text
    return AppliedUnit(
        head=AppliedHead(address=UnitAddress.parse(fields["unit"]), fingerprint=fields["fingerprint"]),
        source_digest=fields["source_digest"],
        source_label=fields["source_label"],
        backend_digest=fields["backend_digest"],
        inputs={name: AppliedInput(*item) for name, item in fields["inputs"].items()},
        outputs={},
        recipe=fields["recipe"],
        terraform_version=fields["terraform_version"],
        run=fields["run"],
        commit=fields["commit"],
    )
