import pytest

from cellwright.app.by_hand.arguments import Effect, read_command, refuse_applying
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.output.redaction import MASK

UNIT = UnitAddress("client", "acme", "app")


@pytest.mark.parametrize(
    ("typed", "effect"),
    [
        ("state list", Effect.READS),
        ("state show aws_vpc.this", Effect.READS),
        ("plan -destroy", Effect.READS),
        ("output", Effect.READS),
        ("output -no-color", Effect.READS),
        ("show", Effect.READS),
        ("validate -json", Effect.READS),
        ("providers", Effect.READS),
        ("providers schema -json", Effect.READS),
        ("query -json", Effect.READS),
        ("-version", Effect.READS),
        ("apply -help", Effect.READS),
        ("output password", Effect.REVEALS),
        ("output -json", Effect.REVEALS),
        ("output --raw vpc_id", Effect.REVEALS),
        ("show -json", Effect.REVEALS),
        ("state pull", Effect.REVEALS),
        ("console", Effect.REVEALS),
        ("plan -show-sensitive", Effect.REVEALS),
        ("show -show-sensitive=true", Effect.REVEALS),
        ("output -show-sensitive", Effect.REVEALS),
        ("state show --show-sensitive aws_instance.web", Effect.REVEALS),
        ("state rm aws_vpc.this", Effect.CHANGES),
        ("state mv a b", Effect.CHANGES),
        ("state push -", Effect.CHANGES),
        ("import a b", Effect.CHANGES),
        ("force-unlock 1", Effect.CHANGES),
        ("refresh", Effect.CHANGES),
        ("init -upgrade", Effect.CHANGES),
        ("what-comes-later", Effect.CHANGES),
        ("state what-comes-later", Effect.CHANGES),
        ("apply", Effect.APPLIES),
        ("apply -refresh-only", Effect.APPLIES),
        ("destroy -auto-approve", Effect.APPLIES),
    ],
)
def test_what_a_command_may_do_is_told_from_its_arguments(typed: str, effect: Effect) -> None:
    assert read_command(typed.split()).effect is effect


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "no command"),
        ("-chdir=/elsewhere state list", "-chdir"),
        ("workspace select other", "another state"),
        ("workspace new other", "another state"),
    ],
)
def test_what_leaves_the_unit_is_refused(typed: str, told: str) -> None:
    with pytest.raises(DiagnosticError, match=told):
        read_command(typed.split())


def test_values_of_options_are_masked_however_they_are_written() -> None:
    given = [
        "import",
        "-var",
        "word=open",
        "-var=word=open",
        "--backend-config=key=open",
        "-no-color",
        "a",
        "b",
    ]
    shown = (
        *("import", "-var", f"word={MASK}", f"-var=word={MASK}", f"--backend-config=key={MASK}"),
        *("-no-color", "a", "b"),
    )
    assert read_command(given).masked() == shown


@pytest.mark.parametrize(
    ("name", "hint"), [("apply", "cellwright apply client/acme/app"), ("destroy", "--destroy")]
)
def test_what_changes_real_resources_is_refused_with_the_proper_command(name: str, hint: str) -> None:
    with pytest.raises(DiagnosticError, match="no policy") as refused:
        refuse_applying(read_command([name]), UNIT)
    assert hint in refused.value.diagnostics[0].detail
    refuse_applying(read_command(["state", "list"]), UNIT)
