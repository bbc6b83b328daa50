"""Numbers reach the real binary with all digits, come back with them, and are text as it writes them."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from cellwright.fleet.yaml.scalars import plain_scalar
from cellwright.model.scalar_text import scalar_text
from cellwright.model.text.json_text import PLAIN, read_json

WRITTEN = (
    *("0.00001", "1e-7", "1e23", "1.50", "2.0", "-1.25E2", "0.1", "-3", "1e400", "1e-400", "2.5e-10", "9e99"),
    *(
        "123456789012345678901234567890.123456789",
        "3." + "14159" * 30,
        "9" * 153,
        "0." + "0" * 40 + "7" * 100,
    ),
)
MAIN = """
variable "n" { type = list(number) }
output "n" { value = var.n }
output "t" { value = [for n in var.n : "=${n}"] }
output "third" { value = 1 / 3 }
output "third_text" { value = tostring(1 / 3) }
"""


def test_numbers_are_what_terraform_makes_of_them(
    tmp_path: Path, terraform: Callable[..., "subprocess.CompletedProcess[str]"]
) -> None:
    numbers = [plain_scalar(text) for text in WRITTEN]
    (tmp_path / "main.tf").write_text(MAIN)
    (tmp_path / "terraform.tfvars.json").write_text(PLAIN.write({"n": numbers}))
    applied = terraform("apply", "-auto-approve", "-input=false", folder=tmp_path)
    assert applied.returncode == 0, applied.stderr
    found = read_json(terraform("output", "-json", folder=tmp_path).stdout)
    assert found["n"]["value"] == numbers
    assert found["t"]["value"] == [f"={scalar_text(number)}" for number in numbers]
    assert scalar_text(found["third"]["value"]) == found["third_text"]["value"]
