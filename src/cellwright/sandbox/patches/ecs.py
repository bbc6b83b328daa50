"""ECS."""

from moto.core.utils import utcnow
from moto.ecs.models import Service
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


def _running_copies() -> None:
    def run_at_once(original: Moto, self: Moto, *arguments: Moto, **named: Moto) -> None:
        original(self, *arguments, **named)
        _settle(self)

    def update_service(original: Moto, self: Moto) -> Moto:
        answer = original(self)
        _settle(answer.result["service"])
        return answer

    wrap_method(Service, "__init__", run_at_once)
    wrap_method(EC2ContainerServiceResponse, "update_service", update_service)


def _settle(service: Moto) -> None:
    """Let as many copies run as are wanted, all of them from the definition that the service names."""
    service.running_count = service.desired_count
    service.pending_count = 0
    for deployment in service.deployments:
        deployment.update(
            desiredCount=service.desired_count,
            runningCount=service.desired_count,
            pendingCount=0,
            rolloutState="COMPLETED",
            rolloutStateReason=f"ECS deployment {deployment['id']} completed.",
            taskDefinition=service.task_definition,
            updatedAt=utcnow(),
        )


PATCHES = (
    Patch(
        "running copies of services",
        "a service's copies never ran, so that whoever waits for them waited for ever",
        _running_copies,
    ),
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
