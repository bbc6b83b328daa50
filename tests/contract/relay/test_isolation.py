"""Nothing of one unit reaches another: processes, credentials, configuration, working folder."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from contract.relay.comparison import INIT
from contract.relay.laboratory import REQUIREMENT, Bench, Laboratory
from contract.relay.texts import BASE, ITEM

pytestmark = pytest.mark.terraform

UNIT = """
provider "demo" {{
  store   = "store"
  account = "{account}"
}}
provider "demo" {{
  alias   = "second"
  store   = "store"
  account = "{account}-second"
}}
resource "demo_item" "one" {{
  count   = 3
  name    = "one-${{count.index}}"
  seconds = 0.1
}}
resource "demo_item" "two" {{
  provider = demo.second
  name     = "two"
}}
output "made" {{ value = concat(demo_item.one[*].made_by, [demo_item.two.made_by]) }}
"""


def apply(bench: Bench) -> str:
    assert bench.run(*INIT).code == 0
    ran = bench.run("apply", "-auto-approve", "-no-color", "-input=false")
    assert ran.code == 0, ran.out + ran.err
    return bench.run("output", "-json", "made").out


def test_eight_units_of_two_accounts_at_once_are_kept_apart(any_laboratory: Laboratory) -> None:
    providers = any_laboratory.relayed()
    benches = []
    for number in range(8):
        account = f"account-{number % 2}"
        bench = any_laboratory.bench(f"parallel-{number}", providers)
        bench.write({"main.tf": REQUIREMENT + UNIT.format(account=account)})
        benches.append(bench.with_environment(DEMO_CREDENTIAL=f"key-{number}"))

    daemon = any_laboratory.relay.ensure_running()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(apply, benches))

    assert any_laboratory.relay.ensure_running() == daemon
    for number, (bench, output) in enumerate(zip(benches, made, strict=True)):
        account, key = f"account-{number % 2}", f"key-{number}"
        assert output.count(f'"{account}/{key}"') == 3
        assert output.count(f'"{account}-second/{key}"') == 1
        assert {entry["credential"] for entry in bench.journal_entries("configure")} == {key}
        assert {entry["credential"] for entry in bench.journal_entries("apply")} == {key}
        assert {entry["folder"] for entry in bench.journal_entries("start")} == {str(bench.module.resolve())}


def test_no_process_is_configured_twice(laboratory: Laboratory) -> None:
    bench = laboratory.bench("once-configured", laboratory.relayed())
    bench.write({"main.tf": REQUIREMENT + UNIT.format(account="any")})
    apply(bench)

    configured = Counter(entry["pid"] for entry in bench.journal_entries("configure"))

    assert configured
    assert set(configured.values()) == {1}


def test_a_configured_process_never_gets_a_call_of_another_connection(any_laboratory: Laboratory) -> None:
    bench = any_laboratory.bench("validated-unconfigured", any_laboratory.relayed())
    bench.write({"main.tf": BASE + ITEM})
    assert bench.run(*INIT).code == 0
    assert bench.run("validate").code == 0

    assert [entry["configured"] for entry in bench.journal_entries("validate")] == [False]


def test_a_provider_starts_with_terraforms_folder_environment_and_umask(laboratory: Laboratory) -> None:
    bench = laboratory.bench("environment", laboratory.relayed())
    bench.write({"main.tf": BASE + ITEM, "run.sh": f'umask 027; exec "{laboratory.binary.path}" "$@"'})
    apply_script = bench.module / "run.sh"
    assert bench.run(*INIT).code == 0
    environment = bench.with_environment(DEMO_CREDENTIAL="sp ace=é\nline").environment("apply")
    ran = bench.run_program(("/bin/sh", str(apply_script), "apply", "-auto-approve"), environment)
    assert ran.code == 0, ran.out + ran.err

    starts = bench.journal_entries("start")

    assert {entry["umask"] for entry in starts} == {"27"}
    assert {entry["reattach"] for entry in starts} == {False}
    assert {entry["credential"] for entry in bench.journal_entries("configure")} == {"sp ace=é\nline"}


def test_a_process_that_was_not_given_the_address_is_not_served(any_laboratory: Laboratory) -> None:
    bench = any_laboratory.bench("told", any_laboratory.relayed())
    stranger = any_laboratory.bench("stranger", any_laboratory.relayed())
    for each in (bench, stranger):
        each.write({"main.tf": BASE + ITEM})
    environment = bench.environment("plan")
    # The same sockets under another spelling: a process that finds the path was not given the address.
    folder = environment["TF_REATTACH_PROVIDERS"].split('"String": "')[1].rpartition("/")[0]
    disguised = environment["TF_REATTACH_PROVIDERS"].replace(folder, f"{folder}/.")

    ran = bench.run_program(
        (str(any_laboratory.binary.path), "plan", "-no-color"),
        {**environment, "TF_REATTACH_PROVIDERS": disguised},
    )

    assert ran.code == 1
    assert not bench.journal_entries("configure")


def test_a_nested_terraform_elsewhere_gets_the_full_schema(laboratory: Laboratory) -> None:
    """A provisioner may start another Terraform: it inherits the way to the relay, but uses other types."""
    outer, inner = laboratory.bench("outer", laboratory.relayed()), laboratory.bench("inner")
    inner.write({"main.tf": BASE + 'resource "demo_extra_007" "x" { name = "x" }'})
    assert inner.run(*INIT).code == 0
    outer.write(
        {
            "main.tf": BASE
            + 'resource "demo_item" "one" {\n  name = "one"\n  provisioner "local-exec" {\n'
            + f'    working_dir = "{inner.module}"\n    command = "{laboratory.binary.path} validate"\n'
            + "  }\n}"
        }
    )
    assert outer.run(*INIT).code == 0

    ran = outer.run("apply", "-auto-approve", "-no-color")

    assert ran.code == 0, ran.out + ran.err
    assert "The configuration is valid" in ran.out
