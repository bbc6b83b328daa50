"""The relay changes no result of providers as people write them, in Go: plan, state, messages, exit codes."""

from collections.abc import Callable

import pytest

from cellwright.relay.client.relay_providers import RelayProviders
from contract.relay.comparison import Case, follow
from contract.relay.go.cases import CASES
from contract.relay.go.laboratory import bench_with
from contract.relay.laboratory import Laboratory


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_same_result(go_laboratory: Laboratory, make: Callable[[str], Case]) -> None:
    case, names = make(go_laboratory.host), CASES[make]
    if not case.fits(go_laboratory.binary):
        pytest.skip(f"{go_laboratory.binary} has no such thing")
    plain = bench_with(go_laboratory, f"plain-{case.slug}", names, relayed=False)
    relayed = bench_with(go_laboratory, f"relay-{case.slug}", names, relayed=True)

    assert follow(relayed, case) == follow(plain, case)
    assert case.plans_read in {None, len(relayed.read_plans)}, "a plan was left to `show`"

    # A comparison of the plain program with itself would prove nothing.
    assert isinstance(relayed.providers, RelayProviders)
    report = relayed.providers.report(relayed.workspace.address)
    assert report.used
    assert not report.reason, "every provider was served"
