"""Cloud Map."""

from moto.servicediscovery.models import ServiceDiscoveryBackend

from cellwright.sandbox.patching.patch import Moto, Patch, wrap_method


def _instance_updates() -> None:
    def register_instance(
        original: Moto, self: Moto, service_id: str, instance_id: str, *rest: Moto, **named: Moto
    ) -> Moto:
        instances = self.get_service(service_id).instances
        instances[:] = [instance for instance in instances if instance.instance_id != instance_id]
        return original(self, service_id, instance_id, *rest, **named)

    wrap_method(ServiceDiscoveryBackend, "register_instance", register_instance)


PATCHES = (
    Patch(
        "instance updates",
        "registering an instance again made a second one beside the first",
        _instance_updates,
    ),
)
