"""Makes the golden plans anew: what a real Terraform prints for each case, with our reading of it beside it.

Run it by hand (`python tests/golden/plans/record.py [CASE]`) after a change that is meant, and look at the
difference before committing it. Each case is a folder with `before.tf` (applied first, if there is one) and
`after.tf` (planned).
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from cellwright.model.runs.plan import PlanSummary
from cellwright.terraform.output.plans.plan_reader import parse_plan, summarise_plan

HERE = Path(__file__).parent
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "CHECKPOINT_DISABLE": "1"}


def as_json(summary: PlanSummary) -> str:
    """Write a summary as its golden file has it."""
    return json.dumps(asdict(summary), indent=2, default=lambda action: action.value) + "\n"


def terraform(folder: Path, *arguments: str) -> bytes:
    """Run Terraform for its standard output."""
    command = ("terraform", *arguments)
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=True, stdout=subprocess.PIPE).stdout


def record(case: Path) -> None:
    """Make one case's `plan.json` and `summary.json`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if (case / "before.tf").exists():
            shutil.copy(case / "before.tf", folder / "main.tf")
            terraform(folder, "init")
            terraform(folder, "apply", "-auto-approve")
        shutil.copy(case / "after.tf", folder / "main.tf")
        terraform(folder, "init")
        mode = ("-destroy",) if case.name == "destroy" else ()
        terraform(folder, "plan", "-out=plan", *mode)
        document = parse_plan(terraform(folder, "show", "-json", "plan"))
    (case / "plan.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    (case / "summary.json").write_text(as_json(summarise_plan(document)))


if __name__ == "__main__":
    for found in sorted(HERE.glob("*/after.tf")):
        if not sys.argv[1:] or found.parent.name in sys.argv[1:]:
            record(found.parent)
