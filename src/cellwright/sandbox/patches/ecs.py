"""ECS."""

from moto.core.utils import utcnow
from moto.ecs.models import Service
from moto.ecs.responses import EC2ContainerServiceResponse

from cellwright.sandbox.patching.patch import Moto, Patch, parameter, wrap_method

_REBALANCING = "availabilityZoneRebalancing"
_KEPT = {
    "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
    "enableExecuteCommand": "enable_execute_command",
}


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


def _kept_settings() -> None:
    def keep(original: Moto, self: Moto) -> Moto:
        answer = original(self)
        for asked, attribute in _KEPT.items():
            value = parameter(self, asked)
            if value is not None:
                setattr(answer.result["service"], attribute, value)
        return answer

    wrap_method(EC2ContainerServiceResponse, "create_service", keep)
    wrap_method(EC2ContainerServiceResponse, "update_service", keep)


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
        "settings of services",
        "a service's grace period was not kept, nor whether commands may be executed in it",
        _kept_settings,
    ),
)
