"""What moves a state elsewhere, beside its backend: arguments, variables of the environment, hooks."""

from collections.abc import Iterator

from cellwright.foreign.terragrunt.config import Config
from cellwright.foreign.tree import Unreadable, leaves
from cellwright.stacks.hcl.syntax import Block

_ARGUMENTS = ("-backend-config", "-state=")
_VARIABLES = ("TF_WORKSPACE", "TF_CLI_ARGS")


def steered(config: Config) -> Unreadable | None:
    """Give what moves the state of a unit, if something does."""
    for item in config.merged():
        for block in item.blocks("terraform"):
            for inner in block.body.blocks:
                for why in _reasons(item, inner):
                    return Unreadable(inner.kind, item.file.position(inner.offset), why)
    return None


def _reasons(config: Config, block: Block) -> Iterator[str]:
    arguments = config.arguments(block)
    if block.kind == "extra_arguments":
        texts = list(_texts(arguments.get("arguments")))
        if any(name in text for text in texts for name in _ARGUMENTS):
            yield "`extra_arguments` give a part of it to Terraform"
        variables = arguments.get("env_vars")
        names = list(variables) if isinstance(variables, dict) else list(_texts(variables))
        for name in names:
            if name.startswith(_VARIABLES):
                yield f"`extra_arguments` set {name}"
    elif block.kind in {"after_hook", "before_hook"}:
        words = " ".join(_texts(arguments.get("execute"))).split()
        if "workspace" in words and {"new", "select"} & set(words):
            yield f"a `{block.kind}` selects a workspace"


def _texts(value: object) -> Iterator[str]:
    """Yield the texts of a list, those that can't be told as they are written."""
    for item in leaves(value):
        if isinstance(item, str):
            yield item
        elif isinstance(item, Unreadable):
            yield item.text
