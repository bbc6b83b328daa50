"""A place to run the real Terraform or OpenTofu with the test providers that are written in Go."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import go_providers
from cellwright.relay.client.relay_client import RelayClient
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.install.platform import this_platform
from cellwright.terraform.workspace.unit_folder import LOCK_FILE
from contract.relay.comparison import INIT
from contract.relay.laboratory import VERSION, Bench, Laboratory

_LOCK_ENTRY = re.compile(r'^provider "[^"]*/([^"/]*)" \{.*?^\}\n', re.MULTILINE | re.DOTALL)


def requirement(*names: str) -> str:
    """The block that names the providers of a stack."""
    lines = "".join(f'    {name} = {{ source = "cellwright/{name}" }}\n' for name in names)
    return f"terraform {{\n  required_providers {{\n{lines}  }}\n}}\n"


def set_up_with_go(
    root: Path, relay: RelayClient, binary: Binary, names: Sequence[str] = go_providers.NAMES
) -> Laboratory:
    """Make a mirror with some providers, and have the program write their lock entries."""
    laboratory = Laboratory(root, binary, root / "mirror", relay, locks={6: ""})
    for name in names:
        _install(laboratory, name)
    (root / "terraformrc").write_text(
        f'provider_installation {{\n  filesystem_mirror {{ path = "{laboratory.mirror}" }}\n}}\n'
    )
    return replace(laboratory, locks={6: _lock_of(laboratory, names)})


def bench_with(laboratory: Laboratory, title: str, names: Sequence[str], *, relayed: bool) -> Bench:
    """A fresh working folder whose lock file names these providers only."""
    providers = laboratory.relayed() if relayed else None
    bench = laboratory.bench(title, providers)
    lock = laboratory.locks[6]
    wanted = (entry[0] for entry in _LOCK_ENTRY.finditer(lock) if entry[1] in names)
    (bench.module / LOCK_FILE).write_text("\n".join(wanted))
    return bench


def _install(laboratory: Laboratory, name: str) -> None:
    package = laboratory.mirror / laboratory.host / "cellwright" / name / VERSION / this_platform()
    package.mkdir(parents=True)
    shutil.copy2(go_providers.program(name), package / f"terraform-provider-{name}_v{VERSION}")


def _lock_of(laboratory: Laboratory, names: Sequence[str]) -> str:
    """The lock file of a stack that uses some providers."""
    bench = laboratory.bench("lock")
    (bench.module / LOCK_FILE).unlink()
    bench.write({"main.tf": requirement(*names)})
    ran = bench.run(*INIT)
    assert ran.code == 0, ran.out + ran.err
    return (bench.module / LOCK_FILE).read_text()
