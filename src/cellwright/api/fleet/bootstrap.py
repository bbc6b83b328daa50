"""The steps of the bootstrap as JSON."""

from collections.abc import Sequence

from cellwright.api.diagnostics import diagnostic
from cellwright.app.bootstrap.sequence import StepReport
from cellwright.model.value import Json


def bootstrap(found: Sequence[StepReport]) -> Json:
    """`bootstrap` and `bootstrap status`: each step, how it stood, what was done."""
    return {
        "steps": [
            {
                "name": item.name,
                "title": item.title,
                "standing": item.look.standing.value.replace(" ", "_"),
                "says": list(item.look.says),
                "findings": [diagnostic(one) for one in item.look.findings],
                "taken": item.taken,
                "did": list(item.did),
            }
            for item in found
        ]
    }
