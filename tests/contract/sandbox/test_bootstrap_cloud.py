"""What the bootstrap asks AWS, asked of the emulated one."""

import pytest

from cellwright.app.bootstrap.boto_cloud import BotoCloud
from cellwright.app.bootstrap.cloud import BucketStanding
from cellwright.model.diagnostic import DiagnosticError
from cellwright.sandbox.environment import ACCOUNT
from cellwright.sandbox.process import Sandbox
from cellwright.web.aws import make_client

pytestmark = pytest.mark.aws
REGION = "us-east-1"
OTHER = "arn:aws:iam::999988887777:role/OrganizationAccountAccessRole"


@pytest.fixture(name="cloud")
def cloud_fixture(sandbox: Sandbox) -> BotoCloud:
    return BotoCloud(sandbox.environment)


def test_who_calls(cloud: BotoCloud) -> None:
    assert cloud.identity().account == ACCOUNT


def test_whose_a_bucket_is(cloud: BotoCloud, sandbox: Sandbox) -> None:
    make_client("s3", sandbox.environment, seconds=30, region=REGION).create_bucket(Bucket="ours-of-all")
    role = make_client("sts", sandbox.environment, seconds=30, region=REGION).assume_role(
        RoleArn=OTHER, RoleSessionName="other"
    )["Credentials"]
    theirs = {
        **sandbox.environment,
        "AWS_ACCESS_KEY_ID": role["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": role["SecretAccessKey"],
        "AWS_SESSION_TOKEN": role["SessionToken"],
    }
    make_client("s3", theirs, seconds=30, region=REGION).create_bucket(Bucket="theirs-of-all")
    found = [cloud.bucket(name, REGION) for name in ("ours-of-all", "theirs-of-all", "nobodys-of-all")]
    assert found == [BucketStanding.OURS, BucketStanding.TAKEN, BucketStanding.FREE]


def test_the_organisation_and_its_accounts(cloud: BotoCloud, sandbox: Sandbox) -> None:
    assert cloud.organization() is None
    with pytest.raises(DiagnosticError, match="not a member of an organization") as failure:
        cloud.accounts()
    assert "accounts.from=files" in failure.value.diagnostics[0].detail
    client = make_client("organizations", sandbox.environment, seconds=30, region=REGION)
    client.create_organization(FeatureSet="ALL")
    client.create_account(Email="prod@example.com", AccountName="Prod US")
    assert str(cloud.organization()).startswith("o-")
    accounts = {item.name: (item.active, item.management) for item in cloud.accounts()}
    assert accounts["Prod US"] == (True, False)
    assert [management for _, management in accounts.values()].count(True) == 1


def test_a_role_is_taken_for_a_moment(cloud: BotoCloud) -> None:
    assert cloud.role_fault(OTHER) is None


def test_images_and_the_way_into_the_registry(cloud: BotoCloud, sandbox: Sandbox) -> None:
    assert not cloud.has_image("medloop/agent", "1", REGION)
    ecr = make_client("ecr", sandbox.environment, seconds=30, region=REGION)
    ecr.create_repository(repositoryName="medloop/agent")
    assert not cloud.has_image("medloop/agent", "1", REGION)
    manifest = '{"schemaVersion": 2, "config": {}, "layers": []}'
    ecr.put_image(
        repositoryName="medloop/agent",
        imageManifest=manifest,
        imageManifestMediaType="application/vnd.docker.distribution.manifest.v2+json",
        imageTag="1",
    )
    assert cloud.has_image("medloop/agent", "1", REGION)
    user, password, host = cloud.registry_login(REGION)
    assert (user, bool(password)) == ("AWS", True)
    assert host == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"


def test_a_secret_is_kept_once_and_changed_where_it_differs(cloud: BotoCloud, sandbox: Sandbox) -> None:
    arn = cloud.keep_secret("medloop/key", "one", REGION)
    assert cloud.keep_secret("medloop/key", "two", REGION) == arn
    client = make_client("secretsmanager", sandbox.environment, seconds=30, region=REGION)
    assert client.get_secret_value(SecretId=arn)["SecretString"] == "two"


def test_without_credentials_it_is_said(sandbox: Sandbox) -> None:
    nobody = {key: value for key, value in sandbox.environment.items() if "KEY" not in key}
    with pytest.raises(DiagnosticError) as failure:
        BotoCloud({**nobody, "AWS_PROFILE": "nobody-has-this"}).identity()
    assert "sign in to AWS" in failure.value.diagnostics[0].detail
