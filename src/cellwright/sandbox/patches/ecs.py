"""ECS."""

from moto.ecs.responses import EC2ContainerServiceResponse

from cellwright.sandbox.patching.patch import Moto, Patch, parameter, wrap_method

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
    def keep_period(original: Moto, self: Moto) -> Moto:
        answer = original(self)
        seconds = parameter(self, _GRACE_PERIOD)
        if seconds is not None:
            answer.result["service"].health_check_grace_period_seconds = seconds
        return answer

    wrap_method(EC2ContainerServiceResponse, "create_service", keep_period)
    wrap_method(EC2ContainerServiceResponse, "update_service", keep_period)


PATCHES = (
    Patch(
        "zone rebalancing of services",
        "a service's setting was not returned",
        _rebalancing,
    ),
    Patch(
        "grace period of services",
        "the health check grace period of a service was not kept",
        _grace_period,
    ),
)
