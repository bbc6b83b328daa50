"""The same steps without the relay and with it, and everything of them that can be compared."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from packaging.version import Version

from cellwright.terraform.install.binary import Binary
from cellwright.terraform.output.plans.plan_document import PlanDocument
from cellwright.terraform.output.plans.plan_reader import parse_plan
from cellwright.terraform.planfile.reader import PlanFileRequest, read_plan_file
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.workspace.unit_folder import LOCK_FILE
from contract.relay.laboratory import Bench, Ran
from plan_comparison import assert_same

Step = tuple[str, ...] | Mapping[str, str | None]
"""A command of Terraform, or files to write before the next."""

_VOLATILE = frozenset(("@timestamp", "elapsed_seconds"))
_PROGRESS = frozenset(("apply_progress", "refresh_progress", "ephemeral_op_progress"))
PLAN = ("plan", "-json", "-input=false", "-out=PLAN")
SHOW = ("show", "-json", "PLAN")
APPLY = ("apply", "-json", "-input=false", "PLAN")
INIT = ("init", "-input=false", "-no-color")


@dataclass(frozen=True)
class Case:
    """A configuration and what is done with it."""

    name: str
    files: Mapping[str, str]
    steps: Sequence[Step] = (PLAN, SHOW, APPLY, ("output", "-json"))
    codes: Sequence[int] | None = None
    """The exit codes that are expected of the steps; None: all 0."""
    environment: Mapping[str, str] = field(default_factory=dict)
    both: bool = False
    """Whether it calls so much that the short tests run it on every program, and protocol 5 is tried too."""
    long: bool = False
    """Whether only the long tests have it: another case tries the same calls in the short ones."""
    since: Mapping[str, str] = field(default_factory=dict)
    """The first version of each product that has what this needs; a product that is not named lacks it."""
    before: Mapping[str, str] = field(default_factory=dict)
    """The first version of each product that has more, which another case tries."""
    reads: bool = False
    """Whether every plan that it shows can be read from its file."""
    says: str = ""
    """What one of the steps must print, so that a case that fails does so for the intended reason."""

    def fits(self, binary: Binary) -> bool:
        """Whether a program has what this needs."""
        first, more = self.since.get(binary.product), self.before.get(binary.product)
        if more is not None and binary.version.release >= Version(more).release:
            return False
        return not self.since or (first is not None and binary.version.release >= Version(first).release)

    @property
    def plans_read(self) -> int | None:
        """How many of its plans have to be read from their files; None if any number will do."""
        return self.steps.count(SHOW) if self.reads else None

    @property
    def slug(self) -> str:
        return self.name.replace(",", "").replace(" ", "-")


def follow(bench: Bench, case: Case) -> list[dict[str, Any]]:
    """Run the steps of a case and return everything that is compared."""
    bench = bench.with_environment(**case.environment)
    bench.write(case.files)
    record: list[dict[str, Any]] = []
    said = ""
    read: PlanDocument | None = None
    for step in (INIT, *case.steps):
        if isinstance(step, Mapping):
            bench.write(step)
            continue
        ran = bench.run(*step)
        if ran.code and step[0] != "apply":
            ran = _perhaps_again(bench, step, ran)
        said += ran.out + ran.err
        if step[0] == "plan" and "-out=PLAN" in step and not ran.code:
            read = _read(bench)
        if step == SHOW and read is not None and not ran.code:
            bench.read_plans.append(bench.plan_file)
            assert_same(read, PlanDocument(parse_plan(ran.out.encode())))
        record.append(
            {"step": step[0], "code": ran.code, "said": _said(step, ran, bench), "state": _state(bench)}
        )
    expected = list(case.codes or [0] * sum(not isinstance(step, Mapping) for step in case.steps))
    assert [entry["code"] for entry in record[1:]] == expected, said
    assert case.says in said, said
    return record


def _read(bench: Bench) -> PlanDocument | None:
    """The saved plan from its file, with what the relay knows of schemas; None if it is left to `show`."""
    request = PlanFileRequest(
        path=Path(bench.plan_file),
        binary=bench.laboratory.binary,
        parts=frozenset(),
        sensitive_variables=frozenset(),
        masked_variables=frozenset(),
        schemas=partial(bench.providers.schemas, bench.workspace),
    )
    with suppress(UnreadablePlanError):
        return read_plan_file(request)
    return None


def _perhaps_again(bench: Bench, step: tuple[str, ...], ran: Ran) -> Ran:
    """What the engine does after a failure: ask once whether the relay may be the cause."""
    from cellwright.model.diagnostic import error  # noqa: PLC0415 - keeps the import list about running

    if bench.providers.fall_back(bench.workspace, step[0], [error(ran.out + ran.err)]):
        return bench.run(*step)
    return ran


def _said(step: tuple[str, ...], ran: Ran, bench: Bench) -> object:
    if step[0] == "init":
        # What it says of installing differs by design; what it leaves behind must not.
        return (bench.module / LOCK_FILE).read_text()
    if step[0] == "show":
        shown = json.loads(ran.out) if ran.out.strip() else {}
        shown.pop("timestamp", None)
        # Terraform lists them in no fixed order.
        shown.get("relevant_attributes", []).sort(key=json.dumps)
        shown.get("prior_state", {}).pop("serial", None)
        return shown
    if "-json" in step and step[0] not in {"output", "validate"}:
        lines = [_steady(line) for line in ran.lines if line.get("type") not in _PROGRESS]
        # Terraform works on several resources at once: its messages about them have no fixed order.
        return sorted(json.dumps(line, sort_keys=True) for line in lines)
    return _without_places(ran.out + ran.err, bench.module)


_BY_CHANCE = (
    (re.compile(r"after \d+s"), "after 0s"),
    # What Terraform says of a provider that dies depends on what it notices first.
    (re.compile(r"Request cancelled"), "Plugin did not respond"),
    (
        re.compile(r"The (plugin\d\.\S+) request was cancelled\."),
        (
            r"The plugin encountered an error, and failed to respond to the \1 call. "
            "The plugin logs may contain more details."
        ),
    ),
)


def _steady(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: _steady(item) for key, item in value.items() if key not in _VOLATILE}
    if isinstance(value, list):
        return [_steady(item) for item in value]
    if not isinstance(value, str):
        return value
    for pattern, replacement in _BY_CHANCE:
        value = pattern.sub(replacement, value)
    return value


def _without_places(text: str, module: Path) -> str:
    return text.replace(str(module), "HERE")


def _state(bench: Bench) -> object:
    path = bench.module / "terraform.tfstate"
    if not path.exists():
        return None
    state = json.loads(path.read_text())
    del state["lineage"]
    # How often Terraform wrote it on the way depends on what happened to end at the same moment.
    del state["serial"]
    for resource in state["resources"]:
        for instance in resource["instances"]:
            # Terraform lists them in no fixed order.
            instance.get("sensitive_attributes", []).sort(key=json.dumps)
    return state
