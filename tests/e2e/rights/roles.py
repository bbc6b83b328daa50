"""The roles whose rights are judged, put together from what the stacks render."""

from collections.abc import Mapping

from iam.evaluation import Identity
from iam.policy import Policy
from iam.rendering import ACCOUNT, Stack

IAM = f"arn:aws:iam::{ACCOUNT}"
REGION = "us-east-1"

EVERYTHING = Policy.parse(
    {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)
"""What somebody may write into a role's own policy at worst."""


def arn(service: str, tail: str) -> str:
    """An ARN in the account and region of the examples."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{tail}"


def deployer(stacks: Mapping[str, Stack]) -> Identity:
    """The account's deployer, even if somebody attached more to it: its policy is its boundary as well."""
    policy = stacks["base/account"].one("aws_iam_policy", "deployer").policy
    kept = stacks["base/account"].one("aws_iam_policy", "evidence_stays").policy
    return Identity(
        (policy, kept, EVERYTHING), policy, tags={"Client": "shared"}, arn=f"{IAM}:role/prod-use1-deployer"
    )


def bounded(stacks: Mapping[str, Stack], client: str) -> Identity:
    """A role of a client, or a shared one, that its own policies allow everything."""
    boundary = stacks["base/account"].one("aws_iam_policy", "boundary").policy
    return Identity(
        (EVERYTHING,), boundary, tags={"Client": client}, arn=f"{IAM}:role/medloop/{client}/client-{client}"
    )


def client_deployer(stacks: Mapping[str, Stack], client: str, *further: Policy) -> Identity:
    """The deployer of one client, with what is attached to it and perhaps more than that."""
    made = stacks["base/account"].of("aws_iam_policy")
    attached = tuple(item.policy for item in made if item.name == "client_deployer")
    boundary = stacks["base/account"].one("aws_iam_policy", "client_deployer_boundary").policy
    role = f"{IAM}:role/medloop/shared/clients/client-{client}-deployer"
    return Identity((*attached, *further), boundary, tags={"Client": client}, arn=role)
