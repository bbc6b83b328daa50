"""The AWS provider: the same results against an emulated AWS, and why its checks may be cached."""

import asyncio
import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgpack
import pytest
from _pytest.mark.structures import ParameterSet

import binaries
from binaries import mirror_for_both
from cellwright.relay.daemon.provider_side.handshake import provider_environment
from cellwright.relay.daemon.provider_side.provider_process import ProviderProcess
from cellwright.relay.daemon.provider_side.spawner_client import Program
from cellwright.sandbox.faults import Fault
from cellwright.sandbox.process import start_sandbox
from cellwright.terraform.install.platform import this_platform
from cellwright.terraform.workspace.unit_folder import LOCK_FILE
from contract.relay.comparison import APPLY, INIT, PLAN, SHOW, Case, follow
from contract.relay.direct import DirectSpawner
from contract.relay.laboratory import Bench, Laboratory
from contract.relay.provider.wire import blob, parse
from missing import skip_without

pytestmark = [pytest.mark.terraform, pytest.mark.aws]

REQUIREMENT = 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n'
DEFAULT, OTHER = "123456789012", "222222222222"
STACK = """
provider "aws" { region = "us-east-1" }
provider "aws" {
  alias  = "europe"
  region = "eu-west-1"
  assume_role { role_arn = "arn:aws:iam::OTHER:role/cellwright" }
  default_tags { tags = { unit = "europe" } }
}
data "aws_caller_identity" "default" {}
data "aws_caller_identity" "europe" { provider = aws.europe }
data "aws_region" "europe" { provider = aws.europe }
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  tags       = { Name = "main" }
}
resource "aws_subnet" "each" {
  for_each   = { a = 1, b = 2, c = 3 }
  vpc_id     = aws_vpc.main.id
  cidr_block = cidrsubnet(aws_vpc.main.cidr_block, 8, each.value)

  availability_zone = "us-east-1${each.key}"
}
resource "aws_s3_bucket" "store" { bucket = "relay-contract-store" }
resource "aws_vpc" "europe" {
  provider   = aws.europe
  cidr_block = "10.1.0.0/16"
}
output "accounts" {
  value = [for who in [data.aws_caller_identity.default, data.aws_caller_identity.europe] : who.account_id]
}
output "regions" {
  value = [aws_vpc.main.arn, aws_vpc.europe.arn, data.aws_region.europe.name]
}
output "parsed" { value = provider::aws::arn_parse("arn:aws:iam::123456789012:role/x").account_id }
"""
STACK = REQUIREMENT + STACK.replace("OTHER", OTHER)
REFUSED = (
    STACK
    + """
resource "aws_subnet" "wrong" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "us-east-1a"
  cidr_block        = "192.168.0.0/24"
}
"""
)
WRONG_ROLE = REQUIREMENT + (
    'provider "aws" {\n  region = "us-east-1"\n  assume_role { role_arn = "no-arn" }\n}\n'
    'resource "aws_s3_bucket" "b" { bucket = "b" }'
)
_RANDOM = (
    (re.compile(r"\b([a-z]+)-[0-9a-f]{8,17}\b"), r"\1-ID"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"RequestID: [0-9A-Za-z-]+"), "RequestID: ID"),
    (re.compile(r"127\.0\.0\.1:\d+"), "SANDBOX"),
    (re.compile(r"[A-Z0-9]{20}:aws-go-sdk-\d+"), "SESSION"),
    (re.compile(r"aws-go-sdk-\d+"), "SESSION"),
)


def address_in(laboratory: Laboratory) -> str:
    return f"{laboratory.host}/hashicorp/aws"


@pytest.fixture(scope="module", name="aws")
def aws_fixture(laboratory: Laboratory, tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    root = tmp_path_factory.mktemp("aws")
    mirror = mirror_for_both(root / "mirror")
    if not (mirror / address_in(laboratory)).exists():
        skip_without("a mirror with the AWS provider")
    (root / "terraformrc").write_text(
        f'provider_installation {{\n  filesystem_mirror {{ path = "{mirror}" }}\n}}\n'
    )
    aws = replace(laboratory, root=root, mirror=mirror, locks={5: ""})
    bench = aws.bench("lock", protocol=5)
    (bench.module / LOCK_FILE).unlink()
    bench.write({"main.tf": REQUIREMENT})
    assert bench.run(*INIT).code == 0
    return replace(aws, locks={5: (bench.module / LOCK_FILE).read_text()})


def in_sandbox(bench: Bench, case: Case) -> str:
    """Follow a case in a fresh, emulated AWS; what it says without what is random."""
    with start_sandbox(bench.workspace.folder.path / "sandbox", os.environ) as sandbox:
        # Some calls of every run are refused once, as a busy account refuses them.
        sandbox.admin.inject(
            Fault(service="ec2", action="CreateSubnet", status=503, code="RequestLimitExceeded")
        )
        record = follow(bench.with_environment(**sandbox.environment), case)
    text = json.dumps(record, indent=1, sort_keys=True)
    for pattern, replacement in _RANDOM:
        text = pattern.sub(replacement, text)
    return text


CASES = [
    Case(
        "accounts, regions, data, an API error",
        {"main.tf": REFUSED},
        (PLAN, SHOW, APPLY, ("output", "-json")),
        codes=(0, 0, 1, 0),
        says="InvalidSubnet.Range",
    ),
    Case("a wrong role", {"main.tf": WRONG_ROLE}, (PLAN,), codes=(1,), says="is an invalid ARN"),
]


def runs() -> Iterator[ParameterSet]:
    """Each case with each program, in the long tests: the provider takes seconds to start."""
    for name in binaries.ALL:
        for case in CASES:
            yield pytest.param(name, case, marks=pytest.mark.long, id=f"{name}-{case.slug}")


@pytest.mark.parametrize(("laboratory", "case"), list(runs()), indirect=["laboratory"], scope="session")
def test_same_result(aws: Laboratory, case: Case) -> None:
    providers = aws.relayed()
    plain = aws.bench(f"plain-{case.slug}", protocol=5)
    relayed = aws.bench(f"relay-{case.slug}", providers, protocol=5)

    assert in_sandbox(relayed, case) == in_sandbox(plain, case)

    report = providers.report(relayed.workspace.address)
    assert report.used, report.reason
    assert report.seconds_saved > 0
    assert bool(relayed.read_plans) == (SHOW in case.steps), "the plan was read from its file"
    assert not plain.read_plans


@pytest.mark.parametrize("laboratory", binaries.FIRST_QUICK, indirect=True)
def test_every_alias_creates_in_its_own_account_and_region(aws: Laboratory) -> None:
    """One shared process would create everything in the region that was configured last, and say nothing."""
    bench = aws.bench("own-region", aws.relayed(), protocol=5)
    with start_sandbox(bench.workspace.folder.path / "sandbox", os.environ) as sandbox:
        bench = bench.with_environment(**sandbox.environment)
        bench.write({"main.tf": STACK})
        assert bench.run(*INIT).code == 0
        ran = bench.run("apply", "-auto-approve", "-no-color")
        assert ran.code == 0, ran.out + ran.err
        outputs = json.loads(bench.run("output", "-json").out)

    assert outputs["accounts"]["value"] == [DEFAULT, OTHER]
    regions = outputs["regions"]["value"]
    assert [arn.split(":")[3] for arn in regions[:2]] == ["us-east-1", "eu-west-1"]
    assert [arn.split(":")[4] for arn in regions[:2]] == [DEFAULT, OTHER]
    assert regions[2] == "eu-west-1"


@pytest.mark.parametrize("laboratory", binaries.FIRST_QUICK, indirect=True)
def test_what_a_configuration_check_depends_on(aws: Laboratory, tmp_path: Path) -> None:
    """Not on credentials, shared files, metadata or proxies: remembering a clean answer changes nothing."""
    (folder,) = (aws.mirror / address_in(aws)).glob(f"*/{this_platform()}")
    (program,) = folder.glob("terraform-provider-aws*")
    broken = tmp_path / ".aws"
    broken.mkdir()
    (broken / "config").write_text("[profile broken\nregion")
    (broken / "credentials").write_text("not an ini file at all [")
    environments = [
        {},
        {"HOME": str(tmp_path), "AWS_PROFILE": "broken", "AWS_CONFIG_FILE": str(broken / "config")},
        {"AWS_ACCESS_KEY_ID": "expired", "AWS_SECRET_ACCESS_KEY": "expired", "AWS_SESSION_TOKEN": "expired"},
        {
            "AWS_REGION": "nowhere-1",
            "AWS_CA_BUNDLE": str(tmp_path / "absent"),
            "HTTPS_PROXY": "http://127.0.0.1:1",
        },
    ]

    async def ask() -> list[bytes]:
        answers = []
        for extra in environments:
            base = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)} | extra
            raw = {name.encode(): value.encode() for name, value in base.items()}
            program_there = Program(program, tmp_path, provider_environment(raw), 0o022)
            process = await ProviderProcess(DirectSpawner(), program_there).start()
            answers.append(
                await process.call("/tfplugin5.Provider/PrepareProviderConfig", await question(process))
            )
            await process.end()
        return answers

    answers = asyncio.run(ask())

    assert len(answers) == len(environments)
    assert len(set(answers)) == 1
    assert parse(answers[0]).values.keys() == {1}, "a clean answer: the configuration and nothing else"


async def question(process: ProviderProcess) -> bytes:
    """A configuration of the provider with a region and a role, everything else null."""
    schema = parse(await process.call("/tfplugin5.Provider/GetSchema", b""))
    block = parse(parse(schema.blob(1)).blob(2))
    config: dict[str, object] = {parse(item).text(1): None for item in block.blobs(2)}
    config |= {parse(item).text(1): [] for item in block.blobs(3)}
    return blob(1, blob(1, msgpack.packb(config | {"region": "eu-west-1", "profile": "broken"})))
