"""Cloud Map."""

from typing import Any

from moto.servicediscovery.models import ServiceDiscoveryBackend

from cellwright.sandbox.patches.patch import Patch, surround


def _instance_updates() -> None:
    def register_instance(original: Any, self: Any, service_id: str, instance_id: str, *rest: Any, **named: Any) -> Any:
        instances = self.get_service(service_id).instances
        instances[:] = [instance for instance in instances if instance.instance_id != instance_id]
        return original(self, service_id, instance_id, *rest, **named)

    surround(ServiceDiscoveryBackend, "register_instance", register_instance)


PATCHES = (
    Patch("instance updates", "registering an instance again made a second one beside the first", _instance_updates),
)
