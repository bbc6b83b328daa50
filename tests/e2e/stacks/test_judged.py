"""Plans of the stacks that the example switches off pass the fleet's own rules."""

from collections.abc import Iterator

import pytest

from cellwright.app.session.policies import read_folder
from cellwright.model.value import Json
from cellwright.planning.policy.judging import judge, judging_modules
from cellwright.rego.evaluator import RegoProcess
from e2e.reference.readme import STACKS
from e2e.stacks.applied import Bench

pytestmark = [pytest.mark.terraform, pytest.mark.aws, pytest.mark.long]
PACK = STACKS.parent / "policies/hipaa"
CELL = "judged"
KEY = "arn:aws:kms:us-east-1:555566667777:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SETTINGS: dict[str, dict[str, Json]] = {
    "base/domain": {"name": "tools", "zone_name": "apps.example.com"},
    "bootstrap/ci": {
        "name": "medloop",
        "trusted_role_arns": ["arn:aws:iam::111122223333:role/agent"],
        "state_bucket": "medloop-state-111122223333",
        "state_kms_key_arn": KEY,
        "deployer_role_arns": ["arn:aws:iam::111122223333:role/tools-deployer"],
    },
    "utility/ledger": {
        "name": "tools",
        "vpc_id": "vpc-0123456789abcdef0",
        "subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        "allowed_cidrs": ["10.19.0.0/16"],
    },
    "org/log-archive": {
        "name": "log-archive",
        "fleet": "medloop",
        "organization_id": "o-a1b2c3d4e5",
        "management_account_id": "999900001111",
        "trail_name": "medloop",
    },
    "org/organization": {
        "name": "medloop",
        "manage": True,
        "policy_targets": ["ou-ab12-11111111"],
        "audit_account_id": "666677778888",
        "trail": {"bucket": "medloop-archive-555566667777", "kms_key_arn": KEY},
    },
    "org/audit": {"name": "audit"},
}


@pytest.fixture(scope="module", name="rego")
def rego_fixture() -> Iterator[RegoProcess]:
    with RegoProcess() as process:
        yield process


@pytest.mark.parametrize("name", SETTINGS)
def test_its_first_plan_is_let_pass(name: str, bench: Bench, rego: RegoProcess) -> None:
    stack = bench.stack(name, SETTINGS[name], CELL)
    said = refusals(rego, name, stack.planned())
    assert not said, "\n".join(said)


def test_what_the_rules_refuse_is_seen_here(bench: Bench, rego: RegoProcess) -> None:
    short: dict[str, Json] = {**SETTINGS["utility/ledger"], "log_retention_days": 365}
    stack = bench.stack("utility/ledger", short, "short")
    assert any("365 days" in said for said in refusals(rego, "utility/ledger", stack.planned()))


def refusals(rego: RegoProcess, name: str, plan: dict[str, Json]) -> list[str]:
    """What the pack refuses in a plan."""
    level, _, stack = name.partition("/")
    unit: dict[str, Json] = {
        "unit": f"{level}/{CELL}/{stack}",
        "level": level,
        "cell": CELL,
        "stack": stack,
    }
    around: dict[str, Json] = {"fleet": "medloop", "client_levels": ["client"], "placements": []}
    rest: dict[str, Json] = {"operation": "apply", "labels": {}, "settings": {}, "exceptions": []}
    subject = {**unit, **around, **rest, "references": [], "today": "2026-11-27"}
    modules = judging_modules(read_folder(PACK))
    found = judge(rego, modules, {**plan, "cellwright": subject})
    return [denial.summary for denial in found.denials]
