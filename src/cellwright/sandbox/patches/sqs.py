"""SQS."""

import json

from moto.sqs.models import Queue

from cellwright.sandbox.patches.patch import Moto, Patch, compute_attribute


def _redrive_policies() -> None:
    known = vars(Queue)["attributes"].fget

    def attributes(self: Moto) -> dict[str, Moto]:
        found: dict[str, Moto] = known(self)
        if policy := found.get("RedrivePolicy"):
            found["RedrivePolicy"] = json.dumps(json.loads(policy), separators=(",", ":"))
        return found

    compute_attribute(Queue, "attributes", attributes)


PATCHES = (
    Patch(
        "redrive policies", "AWS writes them without spaces, and clients compare the text", _redrive_policies
    ),
)
