"""Route 53."""

from typing import Any

from moto.route53.responses import Route53

from cellwright.sandbox.patches.patch import Patch, surround


def _private_zones() -> None:
    def create_hosted_zone(original: Any, self: Any) -> Any:
        if self._get_param("VPC.VPCId"):  # noqa: SLF001 - moto's own way to read a parameter
            self.params.setdefault("HostedZoneConfig", {})["PrivateZone"] = True
        return original(self)

    surround(Route53, "create_hosted_zone", create_hosted_zone)


PATCHES = (
    Patch("private zones", "a zone made with a VPC, without saying 'private' as well, was public", _private_zones),
)
