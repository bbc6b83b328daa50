"""What of a file of Terragrunt a fleet has no counterpart for."""

from collections.abc import Iterator

from cellwright.foreign.terragrunt.backend import generated_backend
from cellwright.foreign.terragrunt.config import Config
from cellwright.model.diagnostic import Diagnostic, warning
from cellwright.stacks.hcl.syntax import Block

_TOLD = {
    "generate": "Cellwright generates no files: put what it makes into the stack; a provider of AWS "
    "takes its region from the cell's `environment`",
    "retryable_errors": "Cellwright has rules of its own for what it repeats",
    "exclude": "switch the unit off by `enabled: false` in its cell",
    "feature": "make it an input of the stack, or `enabled` of the unit",
    "errors": "Cellwright has rules of its own for what it repeats",
    "engine": "name the program by `terraform:` in fleet.yaml",
}
_HOOKS = frozenset({"before_hook", "after_hook", "error_hook", "extra_arguments"})
_ARGUMENTS = ("iam_role", "prevent_destroy", "skip", "terraform_version_constraint", "download_dir")
_ADVICE = "see fleet.yaml: `terraform: {version}`, the cell's `environment`, legal holds, `enabled: false`"


def untaken(config: Config) -> Iterator[Diagnostic]:
    """Tell what is not taken over of a unit's file and of those that it includes."""
    for item in (config, *config.includes().values()):
        for block in item.file.body.blocks:
            yield from _of_block(item, block)
        for name in _ARGUMENTS:
            argument = item.file.body.attributes.get(name)
            if argument is not None and item.evaluator.value(argument.value) is not False:
                position = item.file.position(argument.offset)
                yield warning(f"`{name}` is not taken over", _ADVICE, position)


def _of_block(item: Config, block: Block) -> Iterator[Diagnostic]:
    if block.kind == "terraform":
        for inner in block.body.blocks:
            if inner.kind in _HOOKS:
                yield warning(
                    f"`{inner.kind}` is not taken over",
                    "nothing runs beside Terraform: do it in the pipeline, or in the stack",
                    item.file.position(inner.offset),
                )
        return
    if block.kind not in _TOLD:
        return
    if block.kind == "generate" and generated_backend(item, block) is not None:
        return
    if block.kind == "exclude" and item.arguments(block).get("if") is False:
        return
    named = f" '{block.labels[0]}'" if block.labels else ""
    position = item.file.position(block.offset)
    yield warning(f"`{block.kind}`{named} is not taken over", _TOLD[block.kind], position)
