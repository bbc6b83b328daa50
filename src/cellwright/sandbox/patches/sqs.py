"""SQS."""

import json
from collections.abc import Callable, Mapping

from moto.sqs.models import Queue

from cellwright.sandbox.patching.patch import Moto, Patch, compute_attribute, wrap_method


def _redrive_policies() -> None:
    known = vars(Queue)["attributes"].fget

    def attributes(self: Moto) -> dict[str, Moto]:
        found: dict[str, Moto] = known(self)
        if policy := found.get("RedrivePolicy"):
            found["RedrivePolicy"] = json.dumps(json.loads(policy), separators=(",", ":"))
        if allowed := getattr(self, "redrive_allow_policy", None):
            found["RedriveAllowPolicy"] = allowed
        return found

    compute_attribute(Queue, "attributes", attributes)


def _one_attribute_at_a_time() -> None:
    def set_attributes(
        original: Callable[..., None], self: Moto, attributes: Mapping[str, Moto], now: float | None = None
    ) -> None:
        kept = {} if "Policy" in attributes else {"Policy": self.policy}
        original(self, {**attributes, **kept}, now)

    wrap_method(Queue, "_set_attributes", set_attributes)


PATCHES = (
    Patch(
        "redrive policies",
        "AWS writes them without spaces, and clients compare the text; who may redrive is kept as well",
        _redrive_policies,
    ),
    Patch(
        "one attribute at a time",
        "AWS leaves a queue's policy alone when another attribute is set",
        _one_attribute_at_a_time,
    ),
)
