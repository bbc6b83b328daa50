"""Route 53."""

from moto.route53.responses import Route53

from cellwright.sandbox.patches.parts.route53_zones import ZONE_PATCHES
from cellwright.sandbox.patching.patch import Moto, Patch, parameter, wrap_method


def _private_zones() -> None:
    def create_hosted_zone(original: Moto, self: Moto) -> Moto:
        if parameter(self, "VPC.VPCId"):
            self.params.setdefault("HostedZoneConfig", {})["PrivateZone"] = True
        return original(self)

    wrap_method(Route53, "create_hosted_zone", create_hosted_zone)


PATCHES = (
    Patch(
        "private zones",
        "a zone created with a VPC but without the flag 'private' was public",
        _private_zones,
    ),
    *ZONE_PATCHES,
)
