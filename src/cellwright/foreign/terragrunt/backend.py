"""Where the state of a unit of Terragrunt lies: `remote_state`, a generated backend, or its module's own."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cellwright.foreign.files import backend_in, configuration_in, constants
from cellwright.foreign.paths import PATH_SETTINGS
from cellwright.foreign.terragrunt.config import Config
from cellwright.foreign.terragrunt.generated import Generated, generated_files
from cellwright.foreign.terragrunt.steering import steered
from cellwright.foreign.tree import ForeignBackend, ForeignValue, Unreadable
from cellwright.model.position import Position
from cellwright.stacks.hcl.syntax import Block

_ITS_OWN: Mapping[str, frozenset[str]] = {
    "azurerm": frozenset(
        {
            "access_tier",
            "account_kind",
            "account_replication_type",
            "account_tier",
            "allow_blob_public_access",
            "enable_soft_delete",
            "location",
            "msi_resource_id",
            "skip_container_creation",
            "skip_resource_group_creation",
            "skip_storage_account_creation",
            "skip_versioning",
            "soft_delete_retention_days",
            "tags",
        }
    ),
    "gcs": frozenset(
        {
            "enable_bucket_policy_only",
            "gcs_bucket_labels",
            "location",
            "project",
            "skip_bucket_creation",
            "skip_bucket_versioning",
        }
    ),
    "s3": frozenset(
        {
            "accesslogging_bucket_name",
            "accesslogging_bucket_tags",
            "accesslogging_target_object_partition_date_source",
            "accesslogging_target_prefix",
            "bucket_sse_algorithm",
            "bucket_sse_kms_key_id",
            "disable_aws_client_checksums",
            "disable_bucket_update",
            "dynamodb_table_tags",
            "enable_lock_table_ssencryption",
            "s3_bucket_tags",
            "skip_accesslogging_bucket_acl",
            "skip_accesslogging_bucket_enforced_tls",
            "skip_accesslogging_bucket_public_access_blocking",
            "skip_accesslogging_bucket_ssencryption",
            "skip_bucket_accesslogging",
            "skip_bucket_creation",
            "skip_bucket_enforced_tls",
            "skip_bucket_public_access_blocking",
            "skip_bucket_root_access",
            "skip_bucket_ssencryption",
            "skip_bucket_versioning",
        }
    ),
}
"""Settings of `remote_state` that Terragrunt keeps to itself, by backend: how it makes the bucket."""


def backend_of(config: Config, source: Path | str | Unreadable) -> ForeignBackend:
    """Give the backend of a unit.

    Raises:
        DiagnosticError: a file of its module is no HCL.
    """
    found = _found(config, source)
    lost = steered(config)
    name = PATH_SETTINGS.get(found.kind)
    if lost is None or name is None:
        return found
    return ForeignBackend(kind=found.kind, config={**found.config, name: lost}, position=lost.position)


def _found(config: Config, source: Path | str | Unreadable) -> ForeignBackend:
    made = list(generated_files(config, source))
    for item in config.merged():
        for block in item.blocks("remote_state"):
            position = item.file.position(block.offset)
            return _of_remote_state(config, item.arguments(block), position, source, made)
        written = item.file.body.attributes.get("remote_state")
        if written is not None:
            settings, position = item.evaluator.value(written.value), item.file.position(written.offset)
            return _of_remote_state(config, settings, position, source, made)
    for file in made:
        if file.lost is not None:
            return _unknown(file.lost)
    kind, own, position = _in_code(config, source, made)
    return _placed(config, kind, own, position, source)


def _in_code(
    config: Config, source: Path | str | Unreadable, made: list[Generated]
) -> tuple[str, dict[str, Any], Position]:
    """Give the backend that the code has, generated files and the module's own."""
    for file in made:
        block = file.backend()
        if block is not None and file.body is not None:
            return _kind(block), constants(file.body, block.body), file.position
    module = configuration_in(source, config.tree.root) if isinstance(source, Path) else ()
    for one in module:
        block = backend_in((one,))
        if block is not None:
            return _kind(block), constants(one, block.body), one.position(block.offset)
    return "local", {}, config.file.position(0)


def _kind(block: Block) -> str:
    return block.labels[0] if block.labels else block.kind


def blocks_of(config: Config, kind: str) -> Iterator[tuple[Config, Block]]:
    """Yield blocks of a file and of those that are merged into it, what counts first."""
    for item in config.merged():
        yield from ((item, block) for block in item.blocks(kind))


def generates_backend(config: Config, label: str) -> bool:
    """Tell whether the file of a label says where the state lies: then it is taken over."""
    return any(file.label == label and file.backend() is not None for file in generated_files(config))


def environment_of(config: Config) -> dict[str, str]:
    """Give the region of a generated provider of AWS, as a variable of the environment."""
    for file in generated_files(config):
        if file.body is None:
            continue
        for provider in file.body.body.blocks_of("provider"):
            region = constants(file.body, provider.body).get("region")
            is_default = provider.labels == ("aws",) and "alias" not in provider.body.attributes
            if is_default and isinstance(region, str):
                return {"AWS_REGION": region}
    return {}


def _of_remote_state(
    config: Config,
    arguments: ForeignValue,
    position: Position,
    source: Path | str | Unreadable,
    made: list[Generated],
) -> ForeignBackend:
    if not isinstance(arguments, Mapping):
        arguments = {"config": arguments}
    settings, kind = arguments.get("config"), arguments.get("backend")
    if not isinstance(kind, str) or not isinstance(settings, Mapping | None):
        lost = next((item for item in (settings, kind) if isinstance(item, Unreadable)), None)
        return _unknown(lost or Unreadable("remote_state", position, "its backend can't be told"))
    found = dict(settings or {})
    if arguments.get("generate") is None:  # it completes the backend that the code has
        own, below, _ = _in_code(config, source, made)
        found = {**below, **found} if own == kind else found
    return _placed(config, kind, found, position, source)


def _unknown(lost: Unreadable) -> ForeignBackend:
    return ForeignBackend(kind="?", position=lost.position, config={"": lost})


def _placed(
    config: Config,
    kind: str,
    settings: dict[str, Any],
    position: Position,
    source: Path | str | Unreadable,
) -> ForeignBackend:
    found = {name: value for name, value in settings.items() if name not in _ITS_OWN.get(kind, ())}
    path = found.get("path", "terraform.tfstate")
    if kind == "local" and isinstance(path, str):
        if source == config.unit or path.startswith("/"):
            found["path"] = str(config.unit / path)
        else:
            why = "it lies in the cache of Terragrunt, at a path below the folder in which it runs"
            found["path"] = Unreadable(path, position, why)
    return ForeignBackend(kind=kind, config=found, position=position)
