"""RDS."""

from uuid import uuid4

from moto.core.responses import ActionResult
from moto.rds.models import DBClusterParameterGroup, DBInstance, DBParameterGroup, RDSBackend
from moto.rds.responses import RDSResponse

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods, wrap_method


def _resource_ids() -> None:
    def build(original: Moto, self: Moto, *arguments: Moto, **named: Moto) -> None:
        original(self, *arguments, **named)
        self.dbi_resource_id = f"db-{uuid4().hex[:26].upper()}"

    wrap_method(DBInstance, "__init__", build)


def _performance_insights() -> None:
    def build(original: Moto, self: Moto, *arguments: Moto, **named: Moto) -> None:
        original(self, *arguments, **named)
        _keep_insights(self, named)

    def update(original: Moto, self: Moto, *arguments: Moto, **named: Moto) -> None:
        original(self, *arguments, **named)
        _keep_insights(self, named)

    wrap_method(DBInstance, "__init__", build)
    wrap_method(DBInstance, "update", update)


def _keep_insights(instance: Moto, request: Moto) -> None:
    enabled = request.get("enable_performance_insights")
    if enabled is not None:
        instance.performance_insights_enabled = enabled
    for name in ("performance_insights_kms_key_id", "performance_insights_retention_period"):
        if request.get(name) is not None:
            setattr(instance, name, request[name])


def _parameter_sources() -> None:
    def update(original: Moto, self: Moto, parameters: Moto) -> None:
        original(self, [{**parameter, "Source": "user"} for parameter in parameters])

    wrap_method(DBParameterGroup, "update_parameters", update)
    wrap_method(DBClusterParameterGroup, "update_cluster_parameters", update)


def _parameter_resets() -> None:
    def reset_db_parameter_group(self: Moto) -> ActionResult:
        name = self.params["DBParameterGroupName"]
        _reset(self.backend.db_parameter_groups[name].parameters, self.params)
        return ActionResult({"DBParameterGroupName": name})

    def reset_db_cluster_parameter_group(self: Moto) -> ActionResult:
        name = self.params["DBClusterParameterGroupName"]
        _reset(self.backend.db_cluster_parameter_groups[name].parameters, self.params)
        return ActionResult({"DBClusterParameterGroupName": name})

    add_methods(RDSResponse, reset_db_parameter_group, reset_db_cluster_parameter_group)


def _reset(parameters: Moto, request: Moto) -> None:
    if request.get("ResetAllParameters"):
        parameters.clear()
    for parameter in request.get("Parameters", []):
        parameters.pop(parameter["ParameterName"], None)


def _subnet_groups() -> None:
    def modify(original: Moto, self: Moto, name: str, description: str, subnets: Moto) -> Moto:
        group = original(self, name, description, subnets)
        self.subnet_groups[name] = group
        return group

    wrap_method(RDSBackend, "modify_db_subnet_group", modify)


PATCHES = (
    Patch(
        "unique instance ids",
        "every instance had the same DbiResourceId: with two, none could be read",
        _resource_ids,
    ),
    Patch(
        "performance insights",
        "an instance did not keep their settings",
        _performance_insights,
    ),
    Patch(
        "parameter sources",
        "parameters set by the user didn't have the source 'user', so clients left them out",
        _parameter_sources,
    ),
    Patch("parameter resets", "a parameter that was set couldn't be reset", _parameter_resets),
    Patch("subnet group updates", "modifying a subnet group deleted it", _subnet_groups),
)
