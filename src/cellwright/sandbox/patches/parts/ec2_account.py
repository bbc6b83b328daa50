"""EC2's settings for a whole account and region."""

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods, parameter

_AWS_KEY = "alias/aws/ebs"


def _default_key() -> None:
    def get_ebs_default_kms_key_id(self: Moto) -> ActionResult:
        return ActionResult({"KmsKeyId": _settings(self).get("ebs_key", _AWS_KEY)})

    def modify_ebs_default_kms_key_id(self: Moto) -> ActionResult:
        _settings(self)["ebs_key"] = parameter(self, "KmsKeyId")
        return get_ebs_default_kms_key_id(self)

    def reset_ebs_default_kms_key_id(self: Moto) -> ActionResult:
        _settings(self).pop("ebs_key", None)
        return get_ebs_default_kms_key_id(self)

    add_methods(
        EC2Response, get_ebs_default_kms_key_id, modify_ebs_default_kms_key_id, reset_ebs_default_kms_key_id
    )


def _snapshot_access() -> None:
    def get_snapshot_block_public_access_state(self: Moto) -> ActionResult:
        return ActionResult({"State": _settings(self).get("snapshots", "unblocked")})

    def enable_snapshot_block_public_access(self: Moto) -> ActionResult:
        _settings(self)["snapshots"] = parameter(self, "State")
        return get_snapshot_block_public_access_state(self)

    def disable_snapshot_block_public_access(self: Moto) -> ActionResult:
        _settings(self)["snapshots"] = "unblocked"
        return get_snapshot_block_public_access_state(self)

    add_methods(
        EC2Response,
        get_snapshot_block_public_access_state,
        enable_snapshot_block_public_access,
        disable_snapshot_block_public_access,
    )


def _metadata_defaults() -> None:
    known = ("HttpTokens", "HttpPutResponseHopLimit", "HttpEndpoint", "InstanceMetadataTags")

    def get_instance_metadata_defaults(self: Moto) -> ActionResult:
        return ActionResult({"AccountLevel": _settings(self).get("metadata", {})})

    def modify_instance_metadata_defaults(self: Moto) -> ActionResult:
        wanted = {name: parameter(self, name) for name in known}
        chosen = {
            name: value for name, value in wanted.items() if value not in (None, "no-preference", -1, "-1")
        }
        _settings(self)["metadata"] = chosen
        return ActionResult({"Return": True})

    add_methods(EC2Response, get_instance_metadata_defaults, modify_instance_metadata_defaults)


def _settings(response: Moto) -> dict[str, Moto]:
    settings: dict[str, Moto] = vars(response.ec2_backend).setdefault("account_settings", {})
    return settings


ACCOUNT_PATCHES = (
    Patch("default key for volumes", "it could neither be read nor set", _default_key),
    Patch("public access to snapshots", "it could neither be read nor blocked", _snapshot_access),
    Patch("defaults for instance metadata", "they could neither be read nor set", _metadata_defaults),
)
