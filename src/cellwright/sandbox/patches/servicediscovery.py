"""Cloud Map."""

from moto.route53.models import route53_backends
from moto.servicediscovery.models import ServiceDiscoveryBackend
from moto.utilities.utils import get_partition

from cellwright.sandbox.patching.patch import Moto, Patch, wrap_method


def _instance_updates() -> None:
    def register_instance(
        original: Moto, self: Moto, service_id: str, instance_id: str, *rest: Moto, **named: Moto
    ) -> Moto:
        instances = self.get_service(service_id).instances
        instances[:] = [instance for instance in instances if instance.instance_id != instance_id]
        return original(self, service_id, instance_id, *rest, **named)

    wrap_method(ServiceDiscoveryBackend, "register_instance", register_instance)


def _zones_of_namespaces() -> None:
    def create(original: Moto, self: Moto, name: str, *rest: Moto, vpc: str, **named: Moto) -> Moto:
        zones = _zones(self)
        made = zones.create_hosted_zone(
            f"{name}.",
            private_zone=True,
            comment=named.get("description"),
            vpcid=vpc,
            vpcregion=self.region_name,
        )
        operation = original(self, name, *rest, vpc=vpc, **named)
        namespace = next(item for item in self.namespaces.values() if item.vpc == vpc)
        zones.zones.pop(_bare(namespace.dns_properties["HostedZoneId"]))
        namespace.dns_properties["HostedZoneId"] = made.resource_id
        return operation

    def delete(original: Moto, self: Moto, namespace_id: str) -> Moto:
        namespace = self.get_namespace(namespace_id)
        operation = original(self, namespace_id)
        _zones(self).zones.pop(_bare((namespace.dns_properties or {}).get("HostedZoneId", "")), None)
        return operation

    wrap_method(ServiceDiscoveryBackend, "create_private_dns_namespace", create)
    wrap_method(ServiceDiscoveryBackend, "delete_namespace", delete)


def _zones(backend: Moto) -> Moto:
    return route53_backends[backend.account_id][get_partition(backend.region_name)]


def _bare(zone_id: str) -> str:
    return zone_id.replace("/hostedzone/", "")


PATCHES = (
    Patch(
        "zones of namespaces",
        "a namespace's zone had another name, was in no VPC, and stayed when the namespace was deleted",
        _zones_of_namespaces,
    ),
    Patch(
        "instance updates",
        "registering an instance again made a second one beside the first",
        _instance_updates,
    ),
)
