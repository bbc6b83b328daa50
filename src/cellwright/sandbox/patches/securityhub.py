"""Security Hub."""

import json

from moto.securityhub.models import SecurityHubBackend
from moto.securityhub.responses import SecurityHubResponse

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods, wrap_method

_SETTINGS = ("AutoEnableControls", "ControlFindingGenerator")


def _configuration() -> None:
    def update_security_hub_configuration(self: Moto) -> str:
        asked = json.loads(self.body)
        chosen = {name: asked[name] for name in _SETTINGS if name in asked}
        vars(self.securityhub_backend).setdefault("chosen", {}).update(chosen)
        return "{}"

    def describe_hub(original: Moto, self: Moto, hub_arn: str | None = None) -> dict[str, Moto]:
        return {**original(self, hub_arn), **vars(self).get("chosen", {})}

    add_methods(SecurityHubResponse, update_security_hub_configuration)
    wrap_method(SecurityHubBackend, "describe_hub", describe_hub)


PATCHES = (
    Patch(
        "hub configuration",
        "a hub's settings couldn't be changed, which clients do when they enable it",
        _configuration,
    ),
)
