"""What is decided once for all accounts: who administers security, and by what everybody is judged."""

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import Client, aws

pytestmark = pytest.mark.aws


def member(sandbox: Sandbox) -> str:
    """Found an organisation with one more account; gives that one's id."""
    organizations = aws(sandbox, "organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(AccountName="audit", Email="audit@example.com")
    return str(made["CreateAccountStatus"]["AccountId"])


def inside(sandbox: Sandbox, account: str, service: str) -> Client:
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    given = aws(sandbox, "sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return aws(
        sandbox,
        service,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


def test_config_can_be_delegated(sandbox: Sandbox) -> None:
    account, organizations = member(sandbox), aws(sandbox, "organizations")
    service = "config.amazonaws.com"
    organizations.register_delegated_administrator(AccountId=account, ServicePrincipal=service)
    found = organizations.list_delegated_administrators(ServicePrincipal=service)["DelegatedAdministrators"]
    assert [item["Id"] for item in found] == [account]


def test_who_administers_security_hub_is_asked_and_undone(sandbox: Sandbox) -> None:
    account, hub = member(sandbox), aws(sandbox, "securityhub")
    assert hub.list_organization_admin_accounts()["AdminAccounts"] == []
    hub.enable_organization_admin_account(AdminAccountId=account)
    (found,) = hub.list_organization_admin_accounts()["AdminAccounts"]
    assert found == {"AccountId": account, "Status": "ENABLED"}
    own = inside(sandbox, account, "securityhub")
    own.update_organization_configuration(
        AutoEnable=True, OrganizationConfiguration={"ConfigurationType": "LOCAL"}
    )
    assert own.describe_organization_configuration()["AutoEnable"]
    hub.disable_organization_admin_account(AdminAccountId=account)
    assert hub.list_organization_admin_accounts()["AdminAccounts"] == []
    with pytest.raises(ClientError, match="AccessDenied"):
        own.describe_organization_configuration()


def test_guardduty_looks_after_all_accounts(sandbox: Sandbox) -> None:
    account, guard = member(sandbox), aws(sandbox, "guardduty")
    guard.enable_organization_admin_account(AdminAccountId=account)
    own = inside(sandbox, account, "guardduty")
    detector = own.create_detector(Enable=True)["DetectorId"]
    before = own.describe_organization_configuration(DetectorId=detector)
    assert before["AutoEnableOrganizationMembers"] == "NONE"
    own.update_organization_configuration(DetectorId=detector, AutoEnableOrganizationMembers="ALL")
    after = own.describe_organization_configuration(DetectorId=detector)
    assert (after["AutoEnable"], after["AutoEnableOrganizationMembers"]) == (True, "ALL")
    guard.disable_organization_admin_account(AdminAccountId=account)
    assert guard.list_organization_admin_accounts()["AdminAccounts"] == []


def test_a_conformance_pack_is_made_of_its_text(sandbox: Sandbox) -> None:
    config = aws(sandbox, "config")
    config.put_organization_conformance_pack(
        OrganizationConformancePackName="hipaa", TemplateBody="{}", ExcludedAccounts=["111122223333"]
    )
    (pack,) = config.describe_organization_conformance_packs(OrganizationConformancePackNames=["hipaa"])[
        "OrganizationConformancePacks"
    ]
    assert pack["ExcludedAccounts"] == ["111122223333"]
    with pytest.raises(ClientError, match="Template body is invalid"):
        config.put_organization_conformance_pack(OrganizationConformancePackName="none", TemplateBody="")
