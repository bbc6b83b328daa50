"""IAM. Its patches come before the first call of any service: each asks IAM whose the access key is."""

from collections.abc import Callable
from copy import copy

from moto.iam.models import IAMBackend
from moto.utilities.utils import get_partition

from cellwright.sandbox.patching.patch import Moto, Patch, wrap_method


def _managed_policies_read_once() -> None:
    read: list[Moto] = []

    def init_aws_policies(original: Callable[..., list[Moto]], self: Moto) -> list[Moto]:
        if not read:
            read.extend(original(self))
        return [_of_account(policy, self) for policy in read]

    wrap_method(IAMBackend, "_init_aws_policies", init_aws_policies)


def _of_account(policy: Moto, backend: Moto) -> Moto:
    """Give AWS's policy as an account has it: how often it is attached, and its versions, are its own."""
    own = copy(policy)
    own.account_id, own.partition = backend.account_id, get_partition(backend.region_name)
    own.attachment_count, own.tags = 0, {}
    own.versions = [copy(version) for version in policy.versions]
    for version in own.versions:
        version.policy_arn = own.arn
    return own


PATCHES = (
    Patch(
        "managed policies",
        "moto reads all of AWS's policies for each account and partition, 0.13 s each time",
        _managed_policies_read_once,
    ),
)
