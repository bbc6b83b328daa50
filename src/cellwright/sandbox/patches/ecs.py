"""ECS."""

from typing import Any

from moto.ecs.responses import EC2ContainerServiceResponse

from cellwright.sandbox.patches.patch import Patch, surround

_REBALANCING = "availabilityZoneRebalancing"


def _rebalancing() -> None:
    def create_service(original: Any, self: Any) -> Any:
        answer = original(self)
        wanted = self._get_param(_REBALANCING)  # noqa: SLF001 - moto's own way to read a parameter
        answer.result["service"].availability_zone_rebalancing = wanted or "DISABLED"
        return answer

    def update_service(original: Any, self: Any) -> Any:
        answer = original(self)
        if wanted := self._get_param(_REBALANCING):  # noqa: SLF001 - as above
            answer.result["service"].availability_zone_rebalancing = wanted
        return answer

    surround(EC2ContainerServiceResponse, "create_service", create_service)
    surround(EC2ContainerServiceResponse, "update_service", update_service)


PATCHES = (
    Patch("zone rebalancing of services", "a service didn't say whether it rebalances between zones", _rebalancing),
)
