"""SQS."""

import json
from typing import Any

from moto.sqs.models import Queue

from cellwright.sandbox.patches.patch import Patch


def _redrive_policies() -> None:
    known = Queue.attributes.fget

    def attributes(self: Any) -> dict[str, Any]:
        found: dict[str, Any] = known(self)
        if "RedrivePolicy" in found:
            found["RedrivePolicy"] = json.dumps(json.loads(found["RedrivePolicy"]), separators=(",", ":"))
        return found

    Queue.attributes = property(attributes)


PATCHES = (
    Patch("redrive policies", "AWS writes them without spaces, and clients compare the text", _redrive_policies),
)
