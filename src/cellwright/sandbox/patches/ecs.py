"""ECS."""

from moto.ecs.responses import EC2ContainerServiceResponse

from cellwright.sandbox.patches.patch import Moto, Patch, parameter, wrap_method

_REBALANCING = "availabilityZoneRebalancing"
_GRACE_PERIOD = "healthCheckGracePeriodSeconds"


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

    wrap_method(EC2ContainerServiceResponse, "create_service", create_service)
    wrap_method(EC2ContainerServiceResponse, "update_service", update_service)


def _grace_period() -> None:
    def remember(original: Moto, self: Moto) -> Moto:
        answer = original(self)
        seconds = parameter(self, _GRACE_PERIOD)
        if seconds is not None:
            answer.result["service"].health_check_grace_period_seconds = seconds
        return answer

    wrap_method(EC2ContainerServiceResponse, "create_service", remember)
    wrap_method(EC2ContainerServiceResponse, "update_service", remember)


PATCHES = (
    Patch(
        "zone rebalancing of services",
        "a service didn't say whether it rebalances between zones",
        _rebalancing,
    ),
    Patch(
        "grace period of services",
        "a service forgot for how long it does not look at health checks",
        _grace_period,
    ),
)
