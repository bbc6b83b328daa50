"""From an empty account to a client: the bootstrap, killed three times; then the button in Jenkins."""

import json
import random
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
import yaml

from cellwright.sandbox.process import Sandbox
from contract.postgres import PostgresServer
from e2e.bootstrap.conftest import ANSWERS, EmptyAccount
from e2e.kit.program import Answer, Running
from jenkins_double import TOKEN, JenkinsDouble, jenkins_double
from pipeline.doorway import doorway
from pipeline.groovy import Build, Jenkins, jenkins

pytestmark = [pytest.mark.terraform, pytest.mark.aws]
LONGEST = 1800.0
"""Seconds."""
BUCKET = "medloop-state-123456789012"
JOB = "cellwright/apply"
OWN_PIPELINE = (
    "--set",
    "ci.issuer=https://jenkins.example.com/oidc",
    "--set",
    'ci.subjects=["https://jenkins.example.com/job/cellwright/job/apply/"]',
    "--set",
    "ledger.kind=database",
)
"""Jenkins' builds with tokens of its own, and a ledger in a database that the fleet makes."""
MOMENTS = (
    "accounts: removed",
    "bootstrap/tools/state: applying",
    "aws_s3_bucket.state: created",
    "bootstrap/tools/state: applied",
    "state: applied",
    "bootstrap/tools/ci: applying",
    "bootstrap/tools/registry: applying",
    "base/tools/network: applying",
    "base/tools/network: applied",
    "base/second/peering: applying",
    "utility/tools/ledger: applying",
    "ledger: moved",
    "utility/tools/ecs: applying",
    "utility/tools/jenkins: planning",
    "utility/tools/jenkins: applying",
)
"""What it says at moments at which it may be killed, in their order."""


@pytest.fixture(name="groovy")
def groovy_fixture() -> Iterator[Jenkins]:
    with jenkins() as found:
        yield found


@pytest.fixture(name="double")
def double_fixture() -> Iterator[JenkinsDouble]:
    with jenkins_double() as found:
        yield found


def killed_at(account: EmptyAccount, moments: list[str], *arguments: str) -> list[str]:
    """Run the bootstrap and kill it, Terraform and all, at these moments; gives those that were reached."""
    reached = []
    for moment in moments:
        with account.program.started("bootstrap", "--yes", *arguments) as running:
            if _hears(running, moment):
                time.sleep(random.uniform(0, 0.5))  # noqa: S311  a moment, no secret
                reached.append(moment)
            running.kill_tree()
        # Git's own, if it was killed in a commit: then it asks the person to remove it, as is done here.
        (account.root / ".git/index.lock").unlink(missing_ok=True)
    return reached


def _hears(running: Running, text: str) -> bool:
    return any(text in line for line in running.process.stderr or ())


def led(account: EmptyAccount, *arguments: str, **environment: str) -> Answer:
    """Bootstrap to the end, which takes many minutes on a busy machine."""
    with account.program.started("bootstrap", "--yes", *arguments, before=(), **environment) as running:
        return running.finish(LONGEST).expect(0)


def client_of(aws: Sandbox, service: str) -> Any:  # noqa: ANN401  boto3 ships no types
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=aws.endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def agents(account: EmptyAccount, path: str) -> Mapping[str, str]:
    """What Jenkins' agents have: the repository, the ledger and the key by their environment, no files."""
    remote = account.folder / "fleet.git"
    if not remote.exists():
        git = shutil.which("git") or "git"
        subprocess.run([git, "clone", "--quiet", "--bare", str(account.root), str(remote)], check=True)
    home = account.folder / "agent"
    home.mkdir(exist_ok=True)
    return {
        **account.environment,
        "PATH": path,
        "HOME": str(home),
        "TMPDIR": str(account.folder),
        "JENKINS_URL": "https://jenkins.example.com/",
        "JOB_NAME": JOB,
        "BUILD_NUMBER": "7",
        "BUILD_URL": f"https://jenkins.example.com/job/{JOB.replace('/', '/job/')}/7/",
        "CELLWRIGHT_RELAY": "off",  # one would wait for further builds
        "CELLWRIGHT_REPOSITORY": remote.as_uri(),
        "CELLWRIGHT_LEDGER": account.ledger,
        "CELLWRIGHT_KEY": (account.root / ".cellwright/key").read_text().strip(),
    }


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
@pytest.mark.postgres
@pytest.mark.timeout(3600)
def test_from_an_empty_account_to_a_client(
    account: EmptyAccount, groovy: Jenkins, double: JenkinsDouble, postgres: PostgresServer
) -> None:
    seed = random.randrange(1_000_000)  # noqa: S311  no secret
    print(f"seed {seed}")  # noqa: T201  with it, a failure is repeated
    moments = sorted(random.Random(seed).sample(MOMENTS, 3), key=MOMENTS.index)  # noqa: S311  as above
    answers = (*ANSWERS, *OWN_PIPELINE, "--set", f"jenkins.url={double.url}")
    account.with_second_account()
    account = account.with_database(postgres.url(postgres.new_database()))

    killed_at(account, moments, "--until", "jenkins", *answers)
    led(account, "--until", "jenkins", *answers)
    assert_states_are_there(account, {"bootstrap/tools/state.tfstate", "utility/tools/jenkins.tfstate"})
    settings = yaml.safe_load((account.root / "fleet.yaml").read_text())["ledger"]
    assert settings["url"].startswith("postgresql://cellwright_writer@tools-ledger.")
    assert settings["iam"] == "us-east-1"
    assert postgres.folder.name not in (account.root / "fleet.yaml").read_text(), "this machine's own way"
    vpcs = client_of(account.aws, "ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])
    assert len(vpcs["Vpcs"]) == 1, "a network was made twice"

    with doorway(account.folder / "door") as path:

        def build(job: str, parameters: Mapping[str, object], who: str) -> Build:
            environment = agents(account, path)
            workspace = account.folder / "workspaces"
            return groovy.build(job, workspace, parameters, environment=environment, pressed_by=who)

        def apply(parameters: Mapping[str, str]) -> str:
            return build("cellwrightApply", dict(parameters), "bootstrap").result

        double.job(JOB, apply)
        led(account, *answers, CELLWRIGHT_JENKINS_TOKEN=TOKEN, NO_PROXY="127.0.0.1")
        started = [item.parameters["SELECTORS"] for item in double.jobs[JOB].builds]
        assert started == ["utility/tools/jenkins", "utility/** client/**"]

        pressed = {"NAME": "acme", "ACCOUNT": "second", "TIER": "standard", "REASON": "contract signed"}
        build("cellwrightOnboard", pressed, "grace").expect("SUCCESS")

    trail = account.actions()
    assert ("grace", "client.onboarded", "client/acme") in trail
    assert trail[-1] == ("grace", "client.moved", "client/acme")
    assert TOKEN not in (account.root / "bootstrap/tools.yaml").read_text()
    account.program.run("events", "verify").expect(0)
    standings = account.program.run("bootstrap", "status", "--json").expect(0).document["steps"]
    found = {step["name"]: step["standing"] for step in standings}
    assert found.pop("images") == "by_hand", "no engine"
    assert set(found.values()) == {"done"}, standings


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
