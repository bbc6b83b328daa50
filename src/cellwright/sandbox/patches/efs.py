"""EFS."""

import json

from moto.efs.models import EFSBackend
from moto.efs.responses import EFSResponse

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods, parameter


def _backup_policies() -> None:
    def describe_backup_policy(self: Moto, file_system_id: str) -> dict[str, str]:
        # It also makes sure that the file system is there.
        self.describe_file_systems(file_system_id=file_system_id)
        backed_up = self.file_systems_by_id[file_system_id]._backup  # noqa: SLF001 - moto has no other way to it
        return {"Status": "ENABLED" if backed_up else "DISABLED"}

    def put_backup_policy(self: Moto) -> Moto:
        policy = parameter(self, "BackupPolicy")
        system = self.efs_backend.file_systems_by_id[parameter(self, "FileSystemId")]
        system._backup = policy["Status"] == "ENABLED"  # noqa: SLF001 - as above
        return json.dumps({"BackupPolicy": policy}), {"Content-Type": "application/json"}

    add_methods(EFSBackend, describe_backup_policy)
    add_methods(EFSResponse, put_backup_policy)


def _policy_deletion() -> None:
    def delete_file_system_policy(self: Moto) -> Moto:
        self.efs_backend.file_systems_by_id[parameter(self, "FileSystemId")].file_system_policy = None
        return "", {}

    add_methods(EFSResponse, delete_file_system_policy)


PATCHES = (
    Patch(
        "backup policies",
        "whether a file system is backed up could be read, but not changed",
        _backup_policies,
    ),
    Patch("deletion of policies", "a file system's policy couldn't be deleted", _policy_deletion),
)
