"""Zones of one name in one VPC, and zones that networks of other accounts read."""

from collections.abc import Iterator

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.route53 import urls
from moto.route53.models import HostedZoneIdentifier, Route53Backend, route53_backends
from moto.route53.responses import Route53

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods, parameter, wrap_method


class _ConflictingDomainExists(ServiceException):
    code = "ConflictingDomainExists"


class _NotAuthorized(ServiceException):
    code = "NotAuthorizedException"


class _AuthorizationNotFound(ServiceException):
    code = "VPCAssociationAuthorizationNotFound"


def _ids() -> None:
    def generate(original: Moto, self: Moto, *rest: Moto, **named: Moto) -> Moto:
        return f"Z{original(self, *rest, **named)[1:]}"

    wrap_method(HostedZoneIdentifier, "generate", generate)


def _conflicts() -> None:
    def create_hosted_zone(
        original: Moto, self: Moto, name: str, private_zone: Moto, *rest: Moto, **named: Moto
    ) -> Moto:
        if private_zone:
            _refuse_second(name, named.get("vpcid"))
        return original(self, name, private_zone, *rest, **named)

    wrap_method(Route53Backend, "create_hosted_zone", create_hosted_zone)


def _refuse_second(name: str, vpc: str | None) -> None:
    for zone in _all_zones():
        if zone.name.rstrip(".") == name.rstrip(".") and vpc in _vpcs(zone):
            text = f"The VPC {vpc} is already associated with another hosted zone of the name {name}"
            raise _ConflictingDomainExists(text)


def _sharing() -> None:
    def create_vpc_association_authorization(self: Moto) -> ActionResult:
        zone, vpc = self.backend.get_hosted_zone(parameter(self, "HostedZoneId")), _asked_vpc(self)
        _authorized(zone)[vpc["VPCId"]] = vpc
        return ActionResult({"HostedZoneId": zone.resource_id, "VPC": vpc})

    def list_vpc_association_authorizations(self: Moto) -> ActionResult:
        zone = self.backend.get_hosted_zone(parameter(self, "HostedZoneId"))
        return ActionResult({"HostedZoneId": zone.resource_id, "VPCs": [*_authorized(zone).values()]})

    def delete_vpc_association_authorization(self: Moto) -> ActionResult:
        zone = self.backend.get_hosted_zone(parameter(self, "HostedZoneId"))
        if _authorized(zone).pop(_asked_vpc(self)["VPCId"], None) is None:
            raise _AuthorizationNotFound("The VPC is not authorized to be associated with the zone.")
        return ActionResult({})

    for verb in ("authorize", "deauthorize"):
        path = rf"{{0}}/(?P<api_version>[\d_-]+)/hostedzone/(?P<zone_id>[^/]+)/{verb}vpcassociation/?$"
        urls.url_paths[path] = Route53.dispatch
    add_methods(
        Route53,
        create_vpc_association_authorization,
        list_vpc_association_authorizations,
        delete_vpc_association_authorization,
    )
    wrap_method(Route53Backend, "associate_vpc_with_hosted_zone", _associate)
    wrap_method(Route53Backend, "disassociate_vpc_from_hosted_zone", _disassociate)
    wrap_method(Route53Backend, "list_hosted_zones_by_vpc", _list_by_vpc)


def _associate(original: Moto, self: Moto, zone_id: str, vpcid: str, vpcregion: str) -> Moto:
    owner = _owner(self, zone_id)
    zone = owner.get_hosted_zone(zone_id)
    if owner is not self and vpcid not in _authorized(zone):
        raise _NotAuthorized(f"The VPC {vpcid} is not authorized to be associated with the zone {zone_id}.")
    _refuse_second(zone.name, vpcid)
    return original(owner, zone_id, vpcid, vpcregion)


def _disassociate(original: Moto, self: Moto, zone_id: str, vpcid: str) -> Moto:
    return original(_owner(self, zone_id), zone_id, vpcid)


def _list_by_vpc(_original: Moto, _self: Moto, vpc_id: str) -> list[dict[str, Moto]]:
    return [
        {
            "HostedZoneId": zone.resource_id,
            "Name": zone.name,
            "Owner": {"OwningAccount": backend.account_id},
        }
        for backend in _backends()
        for zone in backend.zones.values()
        if zone.private_zone and vpc_id in _vpcs(zone)
    ]


def _owner(backend: Moto, zone_id: str) -> Moto:
    """The account that has the zone: this one, or another that may have shared it."""
    wanted = zone_id.replace("/hostedzone/", "")
    return next((other for other in _backends() if wanted in other.zones), backend)


def _backends() -> Iterator[Moto]:
    for account in [*route53_backends.values()]:
        yield from [*account.values()]


def _all_zones() -> Iterator[Moto]:
    for backend in _backends():
        yield from [*backend.zones.values()]


def _vpcs(zone: Moto) -> set[str | None]:
    return {vpc.get("vpc_id") for vpc in zone.vpcs} - {None}


def _authorized(zone: Moto) -> dict[str, Moto]:
    vpcs: dict[str, Moto] = zone.__dict__.setdefault("authorized_vpcs", {})
    return vpcs


def _asked_vpc(response: Moto) -> dict[str, Moto]:
    return {name: parameter(response, f"VPC.{name}") for name in ("VPCRegion", "VPCId")}


ZONE_PATCHES = (
    Patch("ids of zones", "a zone's id began with any letter or digit, not with Z", _ids),
    Patch("zones of one name", "one VPC could have two private zones of one name", _conflicts),
    Patch("shared zones", "a zone couldn't be associated with a VPC of another account", _sharing),
)
