"""Reads a tree of Terragrunt: a unit for each folder with a terragrunt.hcl that no other one includes."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cellwright.foreign.files import configuration_in, constants, folders_in, is_configuration
from cellwright.foreign.names import parts_left_out
from cellwright.foreign.terragrunt.config import CONFIG, Config, Tree
from cellwright.foreign.tree import ForeignBackend, ForeignTree, ForeignUnit, ForeignValue, Unreadable
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, warning
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
_TOLD = {
    "generate": "Cellwright generates no files: put what it makes into the stack; a provider takes its "
    "region from the cell's `environment` too",
    "retryable_errors": "Cellwright has rules of its own for what it repeats",
    "exclude": "switch the unit off by `enabled: false` in its cell",
    "feature": "make it an input of the stack, or `enabled` of the unit",
    "errors": "Cellwright has rules of its own for what it repeats",
    "engine": "name the program by `terraform:` in fleet.yaml",
    "catalog": "",
}
_HOOKS = frozenset({"before_hook", "after_hook", "error_hook", "extra_arguments"})


def read_terragrunt(root: Path, environment: Mapping[str, str]) -> ForeignTree:
    """Read all units below a folder.

    Raises:
        DiagnosticError: a file can't be read (all faults), or there is no unit.
    """
    return _Reading(Tree(root, environment)).read()


@dataclass
class _Reading:
    tree: Tree
    faults: list[Diagnostic] = field(default_factory=list)
    notes: dict[tuple[object, str], Diagnostic] = field(default_factory=dict)

    def read(self) -> ForeignTree:
        root = self.tree.root
        configs = [Config(self.tree, folder / CONFIG, folder) for folder in self._folders()]
        included: set[Path] = set()
        good = []
        for config in configs:
            try:
                included |= {item.path for item in config.includes().values()}
                for item in config.includes().values():
                    _ = item.file
                good.append(config)
            except DiagnosticError as fault:
                self.faults.extend(fault.diagnostics)
        units = [config for config in good if config.path not in included and self._is_unit(config)]
        if self.faults:
            raise DiagnosticError(*dict.fromkeys(self.faults))
        if not units:
            raise DiagnosticError(
                error(
                    f"there is no unit of Terragrunt below {root}", f"name a folder with a {CONFIG} below it"
                )
            )
        cut = parts_left_out(config.unit.relative_to(root).parts[:-1] for config in units)
        made = [self._unit(config, cut) for config in units]
        self._tell_of_environment()
        return ForeignTree(units=tuple(made), notes=tuple(self.notes.values()))

    def _folders(self) -> Iterator[Path]:
        for folder, files in folders_in(self.tree.root):
            if "terragrunt.stack.hcl" in files:
                self._note(
                    error(
                        "a stack of Terragrunt is not read: its units are generated",
                        "run `terragrunt stack generate`, then import the tree with what it has made",
                        Position(str((folder / "terragrunt.stack.hcl").relative_to(self.tree.root))),
                    )
                )
            if CONFIG in files:
                yield folder

    def _is_unit(self, config: Config) -> bool:
        if any(self._blocks(config, "terraform")) or any(
            is_configuration(item.name) for item in config.unit.iterdir()
        ):
            return True
        self._note(
            warning(
                "no unit: it has neither a `terraform` block with a source nor *.tf files",
                "",
                config.file.position(0),
            )
        )
        return False

    def _blocks(self, config: Config, kind: str) -> Iterator[tuple[Config, Block]]:
        """Yield blocks, the file's own first, then those of what it includes."""
        for item in (config, *config.includes().values()):
            yield from ((item, block) for block in item.blocks(kind))

    def _unit(self, config: Config, cut: int) -> ForeignUnit:
        parts = config.unit.relative_to(self.tree.root).parts
        stack = parts[-1] if parts else self.tree.root.name
        for block, label in config.unread_includes():
            self._note(
                error(
                    f"the include '{label}' is not read: its path can't be told",
                    "what it holds is missing in this unit",
                    config.file.position(block.offset),
                )
            )
        self._tell(config)
        source = self._source(config)
        return ForeignUnit(
            key=str(config.unit),
            cell="-".join(parts[cut:-1]) or stack,
            stack=stack,
            source=source,
            inputs=self._inputs(config),
            backend=self._backend(config, source),
            needs=tuple(self._needs(config)),
            position=Position(config.file.source.file),
        )

    def _source(self, config: Config) -> Path | str | Unreadable:
        for item, block in self._blocks(config, "terraform"):
            written = block.body.attributes.get("source")
            if written is None:
                continue
            found = item.evaluator.value(written.value)
            if isinstance(found, Unreadable):
                return found
            if not isinstance(found, str):
                return item.evaluator.unreadable(written.value, "a source is a text")
            if found.startswith((".", "/")):
                folder = found.partition("?")[0].replace("//", "/")
                return Path(os.path.normpath(config.unit / folder))
            if found.startswith("tfr:"):
                return item.evaluator.unreadable(
                    written.value, "a module of a registry can't be a stack: write a stack that calls it"
                )
            return found
        return config.unit

    def _inputs(self, config: Config) -> dict[str, ForeignValue]:
        found: dict[str, ForeignValue] = {}
        for block in config.blocks("include"):
            label = block.labels[0] if block.labels else ""
            item = config.includes().get(label)
            strategy = block.body.attributes.get("merge_strategy")
            how = config.evaluator.value(strategy.value) if strategy is not None else "shallow"
            if item is not None and how != "no_merge":
                found = self._merged(item, found, deep=how == "deep")
        deep = any(
            config.evaluator.value(block.body.attributes["merge_strategy"].value) == "deep"
            for block in config.blocks("include")
            if "merge_strategy" in block.body.attributes
        )
        return self._merged(config, found, deep=deep)

    def _merged(self, config: Config, found: dict[str, Any], *, deep: bool) -> dict[str, Any]:
        inputs = config.attribute("inputs")
        if isinstance(inputs, Unreadable):
            self._note(
                error(f"inputs are not written: {inputs.why}", f"they are: {inputs.text}", inputs.position)
            )
            return found
        if not isinstance(inputs, Mapping):
            return found
        return _deep(found, inputs) if deep else {**found, **inputs}

    def _backend(self, config: Config, source: Path | str | Unreadable) -> ForeignBackend:
        for item, block in self._blocks(config, "remote_state"):
            position = item.file.position(block.offset)
            arguments = item.arguments(block)
            settings: Any = arguments.get("config")
            settings = dict(settings) if isinstance(settings, Mapping) else settings
            kind = arguments.get("backend")
            if not isinstance(kind, str) or not isinstance(settings, dict | None):
                why = settings.why if isinstance(settings, Unreadable) else "its backend can't be told"
                return ForeignBackend(kind="?", position=position, config={"": why})
            return self._placed(config, kind, settings or {}, position, source)
        for item, block in self._blocks(config, "generate"):
            found = self._generated(item, block)
            if found is not None:
                return self._placed(config, found.kind, dict(found.config), found.position, source)
        if isinstance(source, Path):
            for file in configuration_in(source, self.tree.root):
                for block in (
                    inner for outer in file.body.blocks_of("terraform") for inner in outer.body.blocks
                ):
                    if block.kind == "backend" and block.labels:
                        own = constants(file, block.body)
                        return self._placed(config, block.labels[0], own, file.position(block.offset), source)
        position = Position(config.file.source.file)
        return self._placed(config, "local", {"path": "terraform.tfstate"}, position, source)

    def _placed(
        self,
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

    def _generated(self, config: Config, block: Block) -> ForeignBackend | None:
        """Read a backend that is generated as a file."""
        written = block.body.attributes.get("contents")
        text = config.evaluator.value(written.value) if written is not None else None
        if not isinstance(text, str):
            return None
        position = config.file.position(block.offset)
        try:
            body = parse_native(text)
        except SyntaxFault:
            return None
        for terraform in body.blocks_of("terraform"):
            for inner in terraform.body.blocks_of("backend"):
                holder = type(config.file)(config.path, Source(config.file.source.file, text), inner.body)
                return ForeignBackend(
                    kind=inner.labels[0], config=constants(holder, inner.body), position=position
                )
        return None

    def _needs(self, config: Config) -> Iterator[str]:
        for item, block in self._blocks(config, "dependency"):
            path = item.arguments(block).get("config_path")
            if isinstance(path, str):
                yield os.path.normpath(config.unit / path)
        for item, block in self._blocks(config, "dependencies"):
            paths = item.arguments(block).get("paths")
            for path in paths if isinstance(paths, list) else ():
                if isinstance(path, str):
                    yield os.path.normpath(config.unit / path)
                else:
                    self._note(warning(f"a dependency is left out: {path.why}", path.text, path.position))

    def _tell(self, config: Config) -> None:
        """Tell what a fleet has no counterpart for; once for each place."""
        for item in (config, *config.includes().values()):
            for block in item.file.body.blocks:
                position = item.file.position(block.offset)
                named = f" '{block.labels[0]}'" if block.labels else ""
                if block.kind == "terraform":
                    for inner in block.body.blocks:
                        if inner.kind in _HOOKS:
                            self._note(
                                warning(
                                    f"`{inner.kind}` is not taken over",
                                    "nothing runs beside Terraform: do it in the pipeline, or in the stack",
                                    item.file.position(inner.offset),
                                )
                            )
                elif _TOLD.get(block.kind) and not (
                    block.kind == "generate" and self._generated(item, block) is not None
                ):
                    self._note(
                        warning(f"`{block.kind}`{named} is not taken over", _TOLD[block.kind], position)
                    )
            for name in ("iam_role", "prevent_destroy", "terraform_version_constraint", "download_dir"):
                argument = item.file.body.attributes.get(name)
                if argument is not None:
                    advice = "see fleet.yaml: `terraform: {version}`, the cell's `environment`, legal holds"
                    position = item.file.position(argument.offset)
                    self._note(warning(f"`{name}` is not taken over", advice, position))

    def _tell_of_environment(self) -> None:
        for name, value in sorted(self.tree.from_environment.items()):
            self._note(
                warning(
                    f"the environment variable {name} was read: "
                    + (f"'{value}'" if name not in self.tree.environment else "it is set here"),
                    "the fleet has its value from now on; look whether it is that of your pipelines",
                )
            )

    def _note(self, item: Diagnostic) -> None:
        self.notes.setdefault((item.position, item.summary), item)


def _deep(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(below)
    for name, value in above.items():
        was = found.get(name)
        if isinstance(was, Mapping) and isinstance(value, Mapping):
            found[name] = _deep(was, value)
        elif isinstance(was, list) and isinstance(value, list):
            found[name] = [*was, *value]
        else:
            found[name] = value
    return found
