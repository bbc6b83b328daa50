from pathlib import Path

from cellwright.model.unit import StackPin
from unit.app.kit import make_fleet, open_session


def test_what_is_ephemeral_counts_as_secret_in_fingerprints(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n")
    (tmp_path / "stack/main.tf").write_text(
        'variable "a" {\n  ephemeral = true\n}\nvariable "b" {\n  sensitive = true\n}\nvariable "c" {}\n'
    )
    facts = open_session(tmp_path).snapshot().stacks.facts(StackPin("./stack"))
    assert facts.sensitive == {"a", "b"}
    assert facts.ephemeral == {"a"}
