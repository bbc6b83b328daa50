"""From an empty account to Jenkins: the bootstrap, killed three times and resumed."""

import json
import random
import time
from typing import Any

import boto3
import pytest

from cellwright.sandbox.process import Sandbox
from e2e.bootstrap.conftest import ANSWERS, EmptyAccount
from e2e.kit.program import Running

pytestmark = [pytest.mark.terraform, pytest.mark.aws]
BUCKET = "medloop-state-123456789012"
MOMENTS = (
    "accounts: removed",
    "bootstrap/tools/state: applying",
    "aws_s3_bucket.state: created",
    "bootstrap/tools/state: applied",
    "state: applied",
    "bootstrap/tools/registry: applying",
    "base/tools/network: applying",
    "base/tools/network: applied",
    "utility/tools/ecs: applying",
    "utility/tools/jenkins: planning",
    "utility/tools/jenkins: applying",
)
"""What it says at moments at which it may be killed, in their order."""


def killed_at(account: EmptyAccount, moments: list[str], *arguments: str) -> list[str]:
    """Run the bootstrap and kill it, Terraform and all, at these moments; gives those that were reached."""
    reached = []
    for moment in moments:
        with account.program.started("bootstrap", "--yes", *arguments) as running:
            if _hears(running, moment):
                time.sleep(random.uniform(0, 0.5))  # noqa: S311  a moment, no secret
                reached.append(moment)
            running.kill_tree()
    return reached


def _hears(running: Running, text: str) -> bool:
    return any(text in line for line in running.process.stderr or ())


def client_of(aws: Sandbox, service: str) -> Any:  # noqa: ANN401  boto3 ships no types
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=aws.endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def test_killed_while_states_get_their_bucket_it_goes_on(account: EmptyAccount) -> None:
    moment = random.choice(MOMENTS[1:5])  # noqa: S311  no secret
    print(f"killed at: {moment}")  # noqa: T201  with it, a failure is repeated
    killed_at(account, [moment], "--until", "state", *ANSWERS)
    done = account.program.run("bootstrap", "--yes", "--until", "state", *ANSWERS, "--json").expect(0)
    assert [step["name"] for step in done.document["steps"]] == ["accounts", "state"]
    assert_states_are_there(account, {"bootstrap/tools/state.tfstate"})
    again = account.program.run("bootstrap", "--yes", "--until", "state", "--json").expect(0).document
    assert [(step["standing"], step["taken"]) for step in again["steps"]] == [("done", False)] * 2


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_from_an_empty_account_to_jenkins(account: EmptyAccount) -> None:
    seed = random.randrange(1_000_000)  # noqa: S311  no secret
    print(f"seed {seed}")  # noqa: T201  with it, a failure is repeated
    moments = sorted(random.Random(seed).sample(MOMENTS, 3), key=MOMENTS.index)  # noqa: S311  as above
    answers = (*ANSWERS, "--set", "jenkins.host=jenkins.example.com")

    killed_at(account, moments, "--until", "jenkins", *answers)
    account.program.run("bootstrap", "--yes", "--until", "jenkins", *answers).expect(0)
    assert_states_are_there(account, {"bootstrap/tools/state.tfstate", "utility/tools/jenkins.tfstate"})
    vpcs = client_of(account.aws, "ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])
    assert len(vpcs["Vpcs"]) == 1, "a network was made twice"

    again = (
        account.program.run("bootstrap", "--yes", "--until", "jenkins", *answers, "--json").expect(0).document
    )
    standings = {step["standing"] for step in again["steps"]}
    assert standings <= {"done", "not_wanted", "by_hand"}, again
    account.program.run("events", "verify").expect(0)


def assert_states_are_there(account: EmptyAccount, wanted: set[str]) -> None:
    """Every unit has one state, in the bucket, which names what there is; no lock is left."""
    s3 = client_of(account.aws, "s3")
    keys = {item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert wanted <= keys
    assert not {key for key in keys if key.endswith(".tflock")}
    held = json.loads(s3.get_object(Bucket=BUCKET, Key="bootstrap/tools/state.tfstate")["Body"].read())
    named = [item["instances"] for item in held["resources"] if item["type"] == "aws_s3_bucket"]
    assert [[one["attributes"]["bucket"] for one in found] for found in named] == [[BUCKET]]
    assert [item["Name"] for item in s3.list_buckets()["Buckets"]].count(BUCKET) == 1
    text = (account.root / "fleet.yaml").read_text()
    assert text.count("backend: s3") == 2, "the comment, and the setting"
