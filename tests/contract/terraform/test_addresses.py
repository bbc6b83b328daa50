"""What counts as the address of a part is what the programs take for one."""

import json
import subprocess
from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from cellwright.model.text.resource_address import AddressTextError, PartAddress, read_part_address
from cellwright.terraform.install.binary import Binary
from examples import examples

pytestmark = pytest.mark.terraform

NAMES = some.sampled_from(
    ["a", "terraform_data", "a-b", "_x", "ä", "x1", "this", "module", "data", "ephemeral"]
)
TEXTS = some.text(some.sampled_from('a ${}%\\"nu04e\u0301].'), max_size=6)
WHOLE = some.sampled_from(["0", "7", "01", "1.0", "1e2", "10e-1", "9223372036854775807", "1e18"])
NUMBERS = some.sampled_from(
    ["1.5", "1E-2", "-1", "+1", "1.", ".5", "0x1", "1_0", "9223372036854775808", "1e19", "1e400"]
)
QUOTED = TEXTS.map(lambda text: f'"{text}"')
GOOD_KEYS = some.one_of(
    WHOLE, some.sampled_from(['"a"', '"\\u0041"', '"$${a}"', '"\\U0001F600"', '"é"', '"a.b[0]"'])
)
BAD_KEYS = some.one_of(NUMBERS, some.sampled_from(["", "a", "'a'", "*", '"', '"\\q"']))
KEYS = some.one_of(GOOD_KEYS, BAD_KEYS, QUOTED).map(lambda key: f"[{key}]")
CALLS = some.builds(
    lambda name, key: f".module.{name}{key}", NAMES, some.one_of(some.just(""), GOOD_KEYS.map("[{}]".format))
)
RESOURCES = some.builds(
    lambda mode, kind, name, key: f"{mode}.{kind}.{name}{key}",
    some.sampled_from(["", "", ".data"]),
    NAMES,
    NAMES,
    some.one_of(some.just(""), KEYS),
)
ODD = some.one_of(
    KEYS,
    NAMES.map(".{}".format),
    some.sampled_from(["[", "]", "..", ".0", ".", "-", "(", "=", "/", "!", ".*"]),
)
ADDRESSES = some.builds(
    lambda *parts: "".join("".join(part) for part in parts).removeprefix("."),
    some.lists(CALLS, max_size=2),
    some.lists(ODD, max_size=1) | some.just([]),
    some.lists(RESOURCES, max_size=1),
    some.lists(ODD, max_size=1) | some.just([]),
)


@given(some.lists(ADDRESSES, min_size=60, max_size=60, unique=True))
@settings(
    max_examples=examples(20),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.generate),  # each example is many addresses, and a failure names the ones
    deadline=None,
)
def test_addresses_are_read_as_the_program_reads_them(
    binary: Binary, tmp_path: Path, addresses: list[str]
) -> None:
    read = {address: part_address(address) for address in addresses}
    asked = [item for item in addresses if "ephemeral" not in item]  # older programs don't know it
    written = {part.text for address in asked if (part := read[address]) is not None}

    refused = refused_by(binary, tmp_path, "target", {*asked, *written})

    assert not refused & written
    assert refused == {address for address in asked if read[address] is None}
    replaced = refused_by(binary, tmp_path, "replace", written)
    parts = [part for address in asked if (part := read[address]) is not None]
    assert replaced == {part.text for part in parts if not part.is_managed}
    assert all(part_address(part.text) == part for part in parts)


def part_address(text: str) -> PartAddress | None:
    try:
        return read_part_address(text)
    except AddressTextError:
        return None


def refused_by(binary: Binary, folder: Path, option: str, addresses: Collection[str]) -> set[str]:
    """Tell which addresses the program calls no such; it does so before it looks at anything else."""
    nothing = "no address"
    options = [f"-{option}={item}" for item in (*addresses, nothing)]
    command = [str(binary.path), "plan", "-json", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    said = [line["@message"] for line in lines if line.get("@level") == "error"]
    quoted = {json.dumps(item, ensure_ascii=False): item for item in (*addresses, nothing)}
    found = {quoted[text[text.index('"') :]] for text in said}
    assert nothing in found
    return found - {nothing}
