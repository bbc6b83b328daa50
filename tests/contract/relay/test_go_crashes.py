"""A provider that crashes in any of its calls gives the same failure with the relay as without it."""

import json
import re
import signal

import pytest
from packaging.version import Version

import binaries
from contract.relay.comparison import APPLY, INIT, PLAN
from contract.relay.go.laboratory import bench_with, requirement
from contract.relay.go.stacks import FRAMEWORK, OLD_ITEMS, SDK, old_state
from contract.relay.laboratory import Bench, Laboratory, Ran, finish
from contract.relay.processes import eventually, processes_of

HEAD = {"framework": requirement("framework") + FRAMEWORK, "sdk": requirement("sdk") + SDK}
STACK = """
resource "NAME_item" "old" { name = "old" }
resource "NAME_item" "new" {
  name  = "new"
  value = data.NAME_item.taken.value
}
resource "NAME_item" "taken" { name = "taken" }
import {
  to = NAME_item.taken
  id = "taken"
}
data "NAME_item" "taken" { name = "taken" }
"""
CONFIGURE = {"framework": "ConfigureProvider", "sdk": "Configure"}
MORE = {"sdk": "", "framework": 'output "loud" { value = provider::framework::shout("hello") }\n'}
EPHEMERAL = {
    "sdk": "",
    "framework": """
ephemeral "framework_token" "token" { name = "token" }
locals { token = ephemeral.framework_token.token.token }
""",
}
EPHEMERAL_SINCE = {"terraform": Version("1.10"), "tofu": Version("1.11")}
"""Older ones don't make the calls that have it in their names."""
NEWER = ("GetResourceIdentitySchemas", "UpgradeResourceIdentity")
"""Terraform before 1.12 does not make these calls; OpenTofu goes on without the schemas of identities."""
BOTH = (
    "UpgradeResourceState",
    "ReadResource",
    "PlanResourceChange",
    "ImportResourceState",
    "ReadDataSource",
)
# The last call is one of an apply, which changes the state.
CALLS = {
    "framework": (
        *BOTH,
        *NEWER,
        "GetProviderSchema",
        "ValidateProviderConfig",
        "ConfigureProvider",
        "ValidateResourceConfig",
        "ValidateDataResourceConfig",
        "ValidateEphemeralResourceConfig",
        "OpenEphemeralResource",
        "CloseEphemeralResource",
        "CallFunction",
        "ApplyResourceChange",
    ),
    "sdk": (
        *BOTH,
        *NEWER,
        "GetSchema",
        "PrepareProviderConfig",
        "Configure",
        "ValidateResourceTypeConfig",
        "ValidateDataSourceConfig",
        "ApplyResourceChange",
    ),
}
SAID = {
    "GetProviderSchema": "[gG]etProviderSchema",
    "GetSchema": "[gG]etProviderSchema",
    "PrepareProviderConfig": "ValidateProviderConfig",
    "Configure": "ConfigureProvider",
    "ValidateResourceTypeConfig": "ValidateResourceConfig",
    "ValidateDataSourceConfig": "ValidateDataResourceConfig",
    "ValidateEphemeralResourceConfig": "ValidateEphemeral(Resource)?Config",
}
"""What the products call some calls: those of protocol 5 as in protocol 6, and not always the same."""
QUICK = {"terraform": "framework", "tofu": "sdk"}
"""What is tried in each run; the rest is for the long tests."""


def pairs() -> list[object]:
    """Each program with each provider."""
    return [
        pytest.param(binary, name, marks=() if QUICK.get(binary) == name else pytest.mark.long)
        for binary in binaries.ALL
        for name in CALLS
    ]


def knows_ephemeral(laboratory: Laboratory) -> bool:
    return laboratory.binary.version.release >= EPHEMERAL_SINCE[laboratory.binary.product].release


@pytest.mark.parametrize(("go_laboratory", "name"), pairs(), indirect=["go_laboratory"], scope="session")
def test_a_crash_in_each_call(go_laboratory: Laboratory, name: str) -> None:
    plain = prepared(go_laboratory, f"plain-crash-{name}", name, relayed=False)
    relayed = prepared(go_laboratory, f"relay-crash-{name}", name, relayed=True)

    for call in CALLS[name]:
        if "Ephemeral" in call and not knows_ephemeral(go_laboratory):
            continue
        without, through = crash(plain, call), crash(relayed, call)

        assert through.code == without.code, call
        if call in NEWER:
            continue
        assert without.code == 1, call
        assert says(without, call, "(Plugin did not respond|Request cancelled)"), without.out
        assert says(through, call, "Plugin did not respond"), through.out
    eventually(lambda: not processes_of(relayed), "no process is left")


@pytest.mark.parametrize("go_laboratory", ["terraform"], indirect=True)
def test_a_crash_that_the_configuration_asks_for(go_laboratory: Laboratory) -> None:
    bench = prepared(go_laboratory, "configured-crash", "framework", relayed=True)
    crashing = HEAD["framework"].replace("endpoint", 'crash_in = "ReadResource"\n  endpoint')
    bench.write({"main.tf": crashing + STACK.replace("NAME", "framework")})

    ran = bench.run(*PLAN)

    assert says(ran, "ReadResource", "Plugin did not respond"), ran.out


def prepared(laboratory: Laboratory, title: str, name: str, *, relayed: bool) -> Bench:
    bench = bench_with(laboratory, title, (name,), relayed=relayed)
    state = old_state(laboratory.host, name)
    more = MORE[name] + (EPHEMERAL[name] if knows_ephemeral(laboratory) else "")
    stack = HEAD[name] + (STACK + more).replace("NAME", name)
    bench.write({"main.tf": stack, "terraform.tfstate": state, **OLD_ITEMS})
    assert bench.run(*INIT).code == 0
    return bench


def crash(bench: Bench, call: str) -> Ran:
    """Run the command in which the provider gets this call."""
    crashing = bench.with_environment(PROVIDER_CRASH_IN=call)
    if call != "ApplyResourceChange":
        return crashing.run(*PLAN)
    assert bench.run(*PLAN).code == 0
    return crashing.run(*APPLY)


def says(ran: Ran, call: str, summary: str) -> bool:
    """Whether an error about this call was reported.

    Without the relay the program may notice first that the process has ended; then it speaks of a cancelled
    request. What else was asked of the process when it died depends on the moment.
    """
    name = SAID.get(call, call)
    wanted = [rf"{summary}.*\)\.{name} (call|request)"]
    if call == "CallFunction":
        # OpenTofu has no words of its own for it, whichever it notices first.
        codes = "(Unavailable|Canceled)" if "cancelled" in summary else "Unavailable"
        wanted.append(f"Error in function call.*code = {codes}")
    found = [json.dumps(line["diagnostic"]) for line in ran.lines if "diagnostic" in line]
    return any(re.search(pattern, text, re.DOTALL) for pattern in wanted for text in found)


@pytest.mark.parametrize("go_laboratory", ["terraform"], indirect=True)
@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("relayed", [True, False], ids=["relay", "plain"])
def test_an_interrupt_while_a_provider_is_configured(
    go_laboratory: Laboratory, name: str, *, relayed: bool
) -> None:
    bench = bench_with(go_laboratory, f"slow-{name}-{relayed}", (name,), relayed=relayed)
    slow = HEAD[name].replace("endpoint", "configure_seconds = 300\n  endpoint", 1)
    bench.write({"main.tf": slow + f'resource "{name}_item" "one" {{ name = "one" }}\n'})
    assert bench.run(*INIT).code == 0
    process = bench.start(*PLAN)
    eventually(lambda: bool(bench.journal_entries(CONFIGURE[name])), "the provider is being configured")

    process.send_signal(signal.SIGINT)

    ran = finish(process)
    assert ran.code == 1
    assert ran.says("stopped while waiting"), ran.out
    eventually(lambda: not processes_of(bench), "no process is left")
