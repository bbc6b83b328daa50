"""The stacks' policies, rendered once for all tests here, and kept for as long as the stacks are the same."""

import os
import pickle
from collections.abc import Mapping
from pathlib import Path

import pytest

import binaries
from cellwright.files.lock import locked
from e2e.reference.readme import stack_folders, stack_name
from e2e.stacks import provider
from iam import rendering
from iam.rendering import Stack
from passed_before import check_of
from patience import PATIENCE

RENDERED = {
    "base/account",
    "org/organization",
    *(f"utility/{name}" for name in ("access", "elk", "security", "vault")),
    *(f"client/{name}" for name in ("analytics", "app", "database", "foundation", "sftp", "storage")),
}
"""Whose policies are judged here."""


@pytest.fixture(name="stacks", scope="session")
def stacks_fixture(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Stack]:
    """The stacks as Terraform renders them, by name; whoever asks first renders them for all processes."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "stacks-rendered"
    shared.mkdir(exist_ok=True)
    known = shared / "stacks.pickle"
    with locked(shared / "lock", timeout=PATIENCE, busy="stacks are being rendered", advice="wait"):
        if not known.exists():
            known.write_bytes(_rendered(shared))
    found: Mapping[str, Stack] = pickle.loads(known.read_bytes())  # noqa: S301 - we wrote it ourselves
    return found


def _rendered(folder: Path) -> bytes:
    wanted = [folder for folder in stack_folders() if stack_name(folder) in RENDERED]
    programs = (str(binaries.binary(rendering.PROGRAM)), provider.provider_version())
    code = [Path(str(module.__file__)) for module in (rendering, provider)]
    check = check_of("stacks as planned", [*wanted, *code], *programs)
    found = check.found()
    if found is None:
        found = pickle.dumps(rendering.render(wanted, folder))
        check.remember(found)
    return found
