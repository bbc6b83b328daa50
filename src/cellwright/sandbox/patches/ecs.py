"""ECS."""

from moto.ecs.responses import EC2ContainerServiceResponse

from cellwright.sandbox.patches.patch import Moto, Patch, parameter, surround

_REBALANCING = "availabilityZoneRebalancing"


def _rebalancing() -> None:
    def create_service(original: Moto, self: Moto) -> Moto:
        answer = original(self)
        wanted = parameter(self, _REBALANCING)
        answer.result["service"].availability_zone_rebalancing = wanted or "DISABLED"
        return answer

    def update_service(original: Moto, self: Moto) -> Moto:
        answer = original(self)
        if wanted := parameter(self, _REBALANCING):
            answer.result["service"].availability_zone_rebalancing = wanted
        return answer

    surround(EC2ContainerServiceResponse, "create_service", create_service)
    surround(EC2ContainerServiceResponse, "update_service", update_service)


PATCHES = (
    Patch(
        "zone rebalancing of services",
        "a service didn't say whether it rebalances between zones",
        _rebalancing,
    ),
)
