"""EFS."""

import json

from moto.efs.models import EFSBackend
from moto.efs.responses import EFSResponse

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods, parameter

_PROVISIONED = "provisioned"
_ACCEPTED = 202


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


def _updates() -> None:
    def update_file_system(self: Moto) -> Moto:
        identity = self.path.rpartition("/")[2]
        # It also makes sure that the file system is there.
        self.efs_backend.describe_file_systems(file_system_id=identity)
        system = self.efs_backend.file_systems_by_id[identity]
        system.throughput_mode = parameter(self, "ThroughputMode") or system.throughput_mode
        provisioned = parameter(self, "ProvisionedThroughputInMibps")
        system.provisioned_throughput_in_mibps = (
            provisioned if system.throughput_mode == _PROVISIONED else None
        )
        return json.dumps(system.info_json()), {"status": _ACCEPTED, "Content-Type": "application/json"}

    add_methods(EFSResponse, update_file_system)


PATCHES = (
    Patch(
        "backup policies",
        "whether a file system is backed up could be read, but not changed",
        _backup_policies,
    ),
    Patch("deletion of policies", "a file system's policy couldn't be deleted", _policy_deletion),
    Patch("updates", "how much a file system carries couldn't be changed", _updates),
)
