"""Athena."""

import json

from moto.athena.responses import AthenaResponse

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods


def _query_deletion() -> None:
    def delete_named_query(self: Moto) -> str:
        self.athena_backend.named_queries.pop(json.loads(self.body)["NamedQueryId"], None)
        return "{}"

    add_methods(AthenaResponse, delete_named_query)


def _workgroup_updates() -> None:
    def update_work_group(self: Moto) -> str:
        request = json.loads(self.body)
        group = self.athena_backend.work_groups[request["WorkGroup"]]
        group.description = request.get("Description", group.description)
        group.state = request.get("State", group.state)
        changes = request.get("ConfigurationUpdates", {})
        results = changes.pop("ResultConfigurationUpdates", {})
        _change(group.configuration, changes)
        _change(group.configuration.setdefault("ResultConfiguration", {}), results)
        return "{}"

    add_methods(AthenaResponse, update_work_group)


def _change(settings: Moto, changes: Moto) -> None:
    for name, value in changes.items():
        if name.startswith("Remove"):
            if value:
                settings.pop(name.removeprefix("Remove"), None)
        else:
            settings[name] = value


PATCHES = (
    Patch("deletion of named queries", "a named query couldn't be deleted", _query_deletion),
    Patch("updates of workgroups", "a workgroup couldn't be changed", _workgroup_updates),
)
