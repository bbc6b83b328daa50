"""AWS Backup."""

import json
from urllib.parse import unquote
from uuid import uuid4

from moto.backup import urls
from moto.backup.exceptions import ResourceNotFoundException
from moto.backup.models import Plan
from moto.backup.responses import BackupResponse
from moto.core.utils import unix_time

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods


def _tags_by_arn() -> None:
    def list_tags(self: Moto) -> str:
        arn = unquote(self.path).rstrip("/").removeprefix("/tags/")
        return json.dumps({"Tags": self.backup_backend.list_tags(resource_arn=arn)})

    add_methods(BackupResponse, list_tags)


def _selections() -> None:
    def create_backup_selection(self: Moto) -> str:
        plan = _plan(self)
        selection = {
            "BackupPlanId": plan.backup_plan_id,
            "BackupSelection": json.loads(self.body)["BackupSelection"],
            "CreationDate": unix_time(),
            "SelectionId": str(uuid4()),
        }
        _selections_of(plan)[selection["SelectionId"]] = selection
        return json.dumps(selection)

    def get_backup_selection(self: Moto) -> str:
        selection = _selections_of(_plan(self)).get(_label(self, "selectionId"))
        if selection is None:
            raise ResourceNotFoundException(msg="Cannot find Backup selection")
        return json.dumps(selection)

    def delete_backup_selection(self: Moto) -> str:
        _selections_of(_plan(self)).pop(_label(self, "selectionId"), None)
        return "{}"

    def list_backup_selections(self: Moto) -> str:
        selections = [
            {**selection["BackupSelection"], **selection}
            for selection in _selections_of(_plan(self)).values()
        ]
        return json.dumps({"BackupSelectionsList": selections})

    add_methods(
        BackupResponse,
        create_backup_selection,
        get_backup_selection,
        delete_backup_selection,
        list_backup_selections,
    )


def _plan_updates() -> None:
    def update_backup_plan(self: Moto) -> str:
        plan = _plan(self)
        new = Plan(json.loads(self.body)["BackupPlan"], plan.creator_request_id, self.backup_backend)
        plan.backup_plan = new.backup_plan
        plan.advanced_backup_settings = new.advanced_backup_settings
        plan.version_id = new.version_id
        return json.dumps(plan.to_dict())

    add_methods(BackupResponse, update_backup_plan)


def _vault_policies() -> None:
    def put_backup_vault_access_policy(self: Moto) -> str:
        _vault(self).access_policy = json.loads(self.body).get("Policy")
        return "{}"

    def get_backup_vault_access_policy(self: Moto) -> str:
        vault = _vault(self)
        policy = getattr(vault, "access_policy", None)
        if policy is None:
            raise ResourceNotFoundException(msg="no policy is attached to the vault")
        return json.dumps(
            {
                "BackupVaultArn": vault.backup_vault_arn,
                "BackupVaultName": vault.backup_vault_name,
                "Policy": policy,
            }
        )

    def delete_backup_vault_access_policy(self: Moto) -> str:
        _vault(self).access_policy = None
        return "{}"

    urls.url_paths["{0}/backup-vaults/(?P<name>[^/]+)/access-policy$"] = BackupResponse.dispatch
    add_methods(
        BackupResponse,
        put_backup_vault_access_policy,
        get_backup_vault_access_policy,
        delete_backup_vault_access_policy,
    )


def _label(response: Moto, name: str) -> str:
    """A part of the path, by its name in the service's model (`backupPlanId`)."""
    return str(response.uri_match[name])


def _plan(response: Moto) -> Moto:
    return response.backup_backend.get_backup_plan(_label(response, "backupPlanId"), None)


def _vault(response: Moto) -> Moto:
    return response.backup_backend.describe_backup_vault(_label(response, "backupVaultName"))


def _selections_of(plan: Moto) -> dict[str, Moto]:
    selections: dict[str, Moto] = plan.__dict__.setdefault("selections", {})
    return selections


PATCHES = (
    Patch(
        "backup tags",
        "tags were looked up under the last but one part of the path, not under the ARN",
        _tags_by_arn,
    ),
    Patch("backup selections", "the resources that a plan backs up couldn't be selected", _selections),
    Patch("backup plan updates", "a plan couldn't be changed", _plan_updates),
    Patch("backup vault policies", "a vault couldn't have an access policy", _vault_policies),
)
