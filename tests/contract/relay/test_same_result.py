"""The relay changes no result: plan, state, outputs, diagnostics and exit codes are plain Terraform's."""

import pytest

from contract.relay.cases import CASES
from contract.relay.comparison import Case, follow
from contract.relay.laboratory import Laboratory

pytestmark = pytest.mark.terraform


RUNS = [(case, 6) for case in CASES] + [(case, 5) for case in CASES if case.both]


@pytest.mark.parametrize(("case", "protocol"), RUNS, ids=lambda value: getattr(value, "slug", value))
def test_same_result(laboratory: Laboratory, case: Case, protocol: int) -> None:
    name = f"{case.slug}-{protocol}"
    plain = laboratory.bench(f"plain-{name}", protocol=protocol)
    providers = laboratory.relayed()
    relayed = laboratory.bench(f"relay-{name}", providers, protocol)

    assert follow(relayed, case) == follow(plain, case)

    # A comparison of plain Terraform with itself would prove nothing.
    assert providers.report(relayed.workspace.address).used, providers.report(
        relayed.workspace.address
    ).reason
