"""The program that the demo runs with: the one that a fleet whose settings name none would run with."""

from collections.abc import Callable, Mapping

from cellwright.model.binary import DEFAULT_BINARY
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.install.choice import BinaryChooser
from cellwright.terraform.install.fetch.policy import FetchSettings, fetch_policy


def find_or_fetch(environment: Mapping[str, str], notice: Callable[[str], None]) -> Binary:
    """Find Terraform or OpenTofu on the PATH; else fetch OpenTofu. `notice` is told what is fetched.

    Raises:
        DiagnosticError: there is none, and none can be fetched; says what to install.
    """
    policy = fetch_policy(FetchSettings(), environment)
    return BinaryChooser(environment=environment, policy=policy, notice=notice).choose(DEFAULT_BINARY)
