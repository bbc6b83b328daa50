"""Which of its unit's secrets a command is told: no more than the program needs to do its work."""

from packaging.version import Version

from cellwright.terraform.install.binary import Binary
from cellwright.terraform.workspace.variables import InputChannels

_EARLY = Version("1.15")
"""The first Terraform whose module sources take variables (`const`)."""


def told(command: str, binary: Binary, channels: InputChannels, ephemeral: frozenset[str]) -> InputChannels:
    """Choose the secrets for `command`; other inputs are in a file that every command reads.

    OpenTofu evaluates variables in every command: for its encryption, backend and module sources. `apply`
    gets what `plan` got, because OpenTofu refuses a value that differs from the plan's. Terraform evaluates
    them where it reads the configuration; when a plan is applied it needs the ephemeral ones alone, which
    the plan does not hold.
    """
    if binary.product == "tofu" or command == "plan":
        return channels
    if command == "apply":
        return channels.only(ephemeral)
    return channels if binary.version >= _EARLY else channels.only(())


def evaluates_backend(binary: Binary) -> bool:
    """Tell whether the strings of a backend block are evaluated as templates."""
    return binary.product == "tofu"
