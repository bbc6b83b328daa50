"""The relay changes no result: plan, state, outputs, diagnostics and exit codes are those without it.

With the provider of protocol 6, the cases in which most is called run on OpenTofu, the others on Terraform.
`make test-long` runs every case on each, and on older releases, with protocol 5 too
(test_go_same_result.py tries that one in the short tests, and both products). Cases that make the same calls
as another one run there only.
"""

from collections.abc import Iterator

import pytest
from _pytest.mark.structures import ParameterSet

import binaries
from contract.relay.cases import CASES
from contract.relay.comparison import Case, follow
from contract.relay.laboratory import Laboratory

pytestmark = pytest.mark.terraform

FIRST, SECOND = binaries.BOTH


def runs() -> Iterator[ParameterSet]:
    for name in (*binaries.ALL, *binaries.OLDER):
        for case in CASES:
            for protocol in (6, 5) if case.both else (6,):
                long = case.long or name != (SECOND if case.both else FIRST) or protocol != 6
                marks = [pytest.mark.long] if long else []
                yield pytest.param(name, case, protocol, marks=marks, id=f"{name}-{case.slug}-{protocol}")


# For the session: else each case would have a relay of its own, since a call of parametrize has one scope.
@pytest.mark.parametrize(
    ("laboratory", "case", "protocol"), list(runs()), indirect=["laboratory"], scope="session"
)
def test_same_result(laboratory: Laboratory, case: Case, protocol: int) -> None:
    if not case.fits(laboratory.binary):
        pytest.skip(f"{laboratory.binary} has no such thing")
    name = f"{case.slug}-{protocol}"
    plain = laboratory.bench(f"plain-{name}", protocol=protocol)
    providers = laboratory.relayed()
    relayed = laboratory.bench(f"relay-{name}", providers, protocol)

    assert follow(relayed, case) == follow(plain, case)
    assert case.plans_read in {None, len(relayed.read_plans)}, "a plan was left to `show`"

    # A comparison of the plain program with itself would prove nothing.
    assert providers.report(relayed.workspace.address).used, providers.report(
        relayed.workspace.address
    ).reason
