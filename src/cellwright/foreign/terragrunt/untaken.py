"""What of a file of Terragrunt a fleet has no counterpart for."""

from collections.abc import Iterator

from cellwright.foreign.terragrunt.backend import generates_backend
from cellwright.foreign.terragrunt.config import Config
from cellwright.foreign.tree import ForeignValue
from cellwright.model.diagnostic import Diagnostic, warning
from cellwright.stacks.hcl.syntax import Block

_RULES = "Cellwright has rules of its own for what it repeats"
_TOLD = {
    "generate": "Cellwright generates no files: put what it makes into the stack; a provider of AWS "
    "takes its region from the cell's `environment`",
    "retryable_errors": _RULES,
    "feature": "make it an input of the stack, or `enabled` of the unit",
    "errors": _RULES,
    "engine": "name the program by `terraform:` in fleet.yaml",
}
_TAKEN = frozenset(
    {"dependencies", "dependency", "exclude", "include", "locals", "remote_state", "terraform"}
)
_HOOKS = frozenset({"before_hook", "after_hook", "error_hook", "extra_arguments"})
_ARGUMENTS = (
    "download_dir",
    "iam_assume_role_session_name",
    "iam_role",
    "iam_web_identity_token",
    "prevent_destroy",
    "terraform_binary",
    "terraform_version_constraint",
)
_ADVICE = "see fleet.yaml: `terraform: {version}`, the cell's `environment`, legal holds, `enabled: false`"
_OFF = "its unit is `enabled: false` in its cell: switch it on there"
_RUNS = frozenset({"all", "all_except_output", "apply", "plan"})


def is_excluded(config: Config) -> bool:
    """Tell whether Terragrunt leaves a unit out of its runs, or may do so: then it is not run here either."""
    for item in config.merged():
        for block in item.blocks("exclude"):
            arguments = item.arguments(block)
            actions = arguments.get("actions", ["all"])
            return _may_be(arguments.get("if")) and (
                not isinstance(actions, list) or bool(_RUNS & set(actions))
            )
    return any(_may_be(item.attribute("skip")) for item in config.merged())


def _may_be(value: ForeignValue) -> bool:
    return value not in (None, False, "false")


def untaken(config: Config) -> Iterator[Diagnostic]:
    """Tell what is not taken over of a unit's file and of those that it includes."""
    for item in config.merged():
        for block in item.file.body.blocks:
            yield from _of_block(config, item, block)
        for name in _ARGUMENTS:
            argument = item.file.body.attributes.get(name)
            if argument is not None and item.evaluator.value(argument.value) is not False:
                position = item.file.position(argument.offset)
                yield warning(f"`{name}` is not taken over", _ADVICE, position)
        skip = item.file.body.attributes.get("skip")
        if skip is not None and _may_be(item.attribute("skip")):
            yield warning("`skip` is not taken over", _OFF, item.file.position(skip.offset))


def _of_block(config: Config, item: Config, block: Block) -> Iterator[Diagnostic]:
    position = item.file.position(block.offset)
    if block.kind == "terraform":
        for inner in block.body.blocks:
            if inner.kind in _HOOKS:
                yield warning(
                    f"`{inner.kind}` is not taken over",
                    "nothing runs beside Terraform: do it in the pipeline, or in the stack",
                    item.file.position(inner.offset),
                )
    elif block.kind == "remote_state":
        yield from _of_state(item, block)
    elif block.kind == "exclude":
        if _may_be(item.arguments(block).get("if")):
            yield warning("`exclude` is not taken over", _OFF, position)
    elif block.kind not in _TAKEN and not (block.kind == "generate" and _is_backend(config, block)):
        named = f" '{block.labels[0]}'" if block.labels else ""
        advice = _TOLD.get(block.kind, "a fleet has no counterpart for it")
        yield warning(f"`{block.kind}`{named} is not taken over", advice, position)


def _is_backend(config: Config, block: Block) -> bool:
    return bool(block.labels) and generates_backend(config, block.labels[0])


def _of_state(item: Config, block: Block) -> Iterator[Diagnostic]:
    """Tell of the encryption of a state, which is one of OpenTofu."""
    places = (block.body.attributes.get("encryption"), *block.body.blocks_of("encryption"))
    for written in places:
        if written is not None:
            yield warning(
                "`encryption` of the state is not taken over",
                "name its key before you adopt: an encrypted state is not read without; see docs/opentofu.md",
                item.file.position(written.offset),
            )
