"""A state that is encrypted, in a unit whose settings have no key: nothing is retried or made anew."""

from pathlib import Path

import pytest

from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.output.failure import FailureKind, TerraformError
from contract.terraform.test_unit_terraform import STACK
from unit.terraform.kit import Bench, plain, write_tree

pytestmark = pytest.mark.terraform


def test_an_encrypted_state_without_its_key(bench: Bench, tmp_path: Path) -> None:
    stack = write_tree(tmp_path / "stack", {"main.tf": STACK})
    path = bench.root / ".cellwright/states/client/acme/app.tfstate"
    path.parent.mkdir(parents=True)
    path.write_text('{"serial":3,"lineage":"l","meta":{},"encrypted_data":"YQ==","encryption_version":"v0"}')

    with bench.open(bench.request(stack, plain(name="acme"))) as unit:
        with pytest.raises(TerraformError) as caught:
            unit.plan()
        with pytest.raises(DiagnosticError, match="is encrypted"):
            unit.state()
        assert unit.mark() == StateMark("l", 3)

    assert caught.value.kind is FailureKind.ENCRYPTION
    assert "encrypted" in caught.value.diagnostics[0].summary
    assert not any(note.startswith("attempt") for _, note in bench.reporter.phases())
