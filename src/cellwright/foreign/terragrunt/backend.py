"""Where the state of a unit of Terragrunt lies: `remote_state`, a generated backend, or its module's own."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cellwright.foreign.files import HclFile, configuration_in, constants
from cellwright.foreign.terragrunt.config import Config
from cellwright.foreign.tree import ForeignBackend, ForeignValue, Unreadable
from cellwright.model.position import Position
from cellwright.stacks.hcl.native import parse_native
from cellwright.stacks.hcl.source import Source, SyntaxFault
from cellwright.stacks.hcl.syntax import Block

_ITS_OWN = frozenset(
    {
        "accesslogging_bucket_name",
        "accesslogging_bucket_tags",
        "accesslogging_target_object_partition_date_source",
        "accesslogging_target_prefix",
        "bucket_sse_algorithm",
        "bucket_sse_kms_key_id",
        "disable_aws_client_checksums",
        "disable_bucket_update",
        "disable_init",
        "dynamodb_table_tags",
        "enable_bucket_policy_only",
        "enable_lock_table_ssencryption",
        "gcs_bucket_labels",
        "location",
        "project",
        "s3_bucket_tags",
        "skip_bucket_accesslogging",
        "skip_bucket_creation",
        "skip_bucket_enforced_tls",
        "skip_bucket_public_access_blocking",
        "skip_bucket_root_access",
        "skip_bucket_ssencryption",
        "skip_bucket_versioning",
    }
)
"""Settings of `remote_state` that Terragrunt keeps to itself: how it makes the bucket."""


def backend_of(config: Config, source: Path | str | Unreadable) -> ForeignBackend:
    """Give the backend of a unit; the first that is found counts.

    Raises:
        DiagnosticError: a file of its module is no HCL.
    """
    for item in (config, *config.includes().values()):
        for block in item.blocks("remote_state"):
            return _of_remote_state(config, item, block, source)
        written = item.file.body.attributes.get("remote_state")
        if written is not None:
            settings = item.evaluator.value(written.value)
            position = item.file.position(written.offset)
            return _made(config, settings, position, source)
    for item, block in blocks_of(config, "generate"):
        found = generated_backend(item, block)
        if found is not None:
            return _placed(config, found.kind, dict(found.config), found.position, source)
    for file, block in _of_module(config, source):
        own = constants(file, block.body)
        return _placed(config, block.labels[0], own, file.position(block.offset), source)
    position = config.file.position(0)
    return _placed(config, "local", {"path": "terraform.tfstate"}, position, source)


def blocks_of(config: Config, kind: str) -> Iterator[tuple[Config, Block]]:
    """Yield blocks, the file's own first, then those of what it includes."""
    for item in (config, *config.includes().values()):
        yield from ((item, block) for block in item.blocks(kind))


def generated_backend(config: Config, block: Block) -> ForeignBackend | None:
    """Read a backend that is generated as a file; None if the file has none."""
    body = generated_file(config, block)
    if body is None:
        return None
    for terraform in body.body.blocks_of("terraform"):
        for inner in terraform.body.blocks_of("backend"):
            return ForeignBackend(
                kind=inner.labels[0],
                config=constants(body, inner.body),
                position=config.file.position(block.offset),
            )
    return None


def environment_of(config: Config) -> dict[str, str]:
    """Give the region of a generated provider of AWS, as a variable of the environment."""
    for item, block in blocks_of(config, "generate"):
        body = generated_file(item, block)
        for provider in body.body.blocks_of("provider") if body is not None else ():
            region = constants(body, provider.body).get("region") if body is not None else None
            if (
                provider.labels == ("aws",)
                and isinstance(region, str)
                and "alias" not in provider.body.attributes
            ):
                return {"AWS_REGION": region}
    return {}


def generated_file(config: Config, block: Block) -> HclFile | None:
    """Parse what a `generate` block writes; None if that can't be told, or is no HCL."""
    written = block.body.attributes.get("contents")
    text = config.evaluator.value(written.value) if written is not None else None
    if not isinstance(text, str):
        return None
    try:
        body = parse_native(text, keeps=True)
    except SyntaxFault:
        return None
    return HclFile(config.path, Source(config.file.source.file, text), body)


def _of_remote_state(
    config: Config, item: Config, block: Block, source: Path | str | Unreadable
) -> ForeignBackend:
    return _made(config, item.arguments(block), item.file.position(block.offset), source)


def _made(
    config: Config,
    arguments: ForeignValue,
    position: Position,
    source: Path | str | Unreadable,
) -> ForeignBackend:
    if not isinstance(arguments, Mapping):
        arguments = {"config": arguments}
    settings, kind = arguments.get("config"), arguments.get("backend")
    if not isinstance(kind, str) or not isinstance(settings, Mapping | None):
        lost = next((item for item in (settings, kind) if isinstance(item, Unreadable)), None)
        lost = lost or Unreadable("remote_state", position, "its backend can't be told")
        return ForeignBackend(kind="?", position=lost.position, config={"": lost.why})
    return _placed(config, kind, dict(settings or {}), position, source)


def _of_module(config: Config, source: Path | str | Unreadable) -> Iterator[tuple[HclFile, Block]]:
    if isinstance(source, Path):
        for file in configuration_in(source, config.tree.root):
            for outer in file.body.blocks_of("terraform"):
                for block in outer.body.blocks_of("backend"):
                    if block.labels:
                        yield file, block


def _placed(
    config: Config,
    kind: str,
    settings: dict[str, Any],
    position: Position,
    source: Path | str | Unreadable,
) -> ForeignBackend:
    found = {name: value for name, value in settings.items() if name not in _ITS_OWN}
    path = found.get("path", "terraform.tfstate")
    if kind == "local" and isinstance(path, str):
        if source == config.unit or path.startswith("/"):
            found["path"] = str(config.unit / path)
        else:
            why = "it lies in the cache of Terragrunt, at a path below the folder in which it runs"
            found["path"] = Unreadable(path, position, why)
    return ForeignBackend(kind=kind, config=found, position=position)
