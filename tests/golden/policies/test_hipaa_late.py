"""What the pack judges, and Terraform tells only after the apply, is never passed in silence."""

import copy
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cellwright.app.session.policies import read_folder
from cellwright.planning.policy.judging import judge, judging_modules
from cellwright.rego.evaluator import RegoProcess

PACK = Path(__file__).parents[3] / "src/cellwright/reference/policies/hipaa"
TABLES = ("audit", "backups", "encryption", "exposure", "retention", "transport")
"""Packages of tests with a table `denied`: type of resource, settings, and what is said of it."""
NOT_DECISIVE = {
    # What else is in an example, so that only the one setting is at fault.
    ("aws_cloudtrail_event_data_store", "retention_period"),
    ("aws_db_instance", "engine"),
    ("aws_rds_cluster", "engine"),
    ("aws_elasticache_cluster", "engine"),
    ("aws_redshift_cluster", "cluster_identifier"),
    ("aws_security_group_rule", "type"),
    ("aws_s3_bucket", "bucket"),
}
"""Known before the apply in all that Terraform can plan, or judged without it."""
KEYS = re.compile("kms|key")
"""A key that the same stack makes has no ARN before the apply: that the source names one is enough."""
FILLED_IN = {"access_control_policy", "ingress", "root_block_device", "vpc_config"}
"""Blocks that are unknown as a whole where nobody writes them: a dynamic one has parts that are."""

Step = str | int


def leaves(value: Any, above: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:  # noqa: ANN401  JSON
    """Yield the paths of all values that are no list of blocks and no block."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*above, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for index, item in enumerate(value):
            yield from leaves(item, (*above, index))
    else:
        yield above


def without(after: Any, path: tuple[Step, ...]) -> tuple[Any, Any, Any]:  # noqa: ANN401  JSON
    """Take a value out; gives what is left, what is unknown then, and what the source says of it."""
    left = copy.deepcopy(after)
    holder = left
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    unknown: Any = True
    written: Any = {"references": ["terraform_data.late.output"]}
    for step in reversed(path):
        unknown = [{}] * step + [unknown] if isinstance(step, int) else {step: unknown}
        written = [{}] * step + [written] if isinstance(step, int) else {step: written}
    return left, unknown, written


@dataclass(frozen=True, slots=True)
class Case:
    """An example of which one value is told only by the apply."""

    kind: str
    key: str
    """The setting in which it is."""
    said: str
    """Of a bad value."""
    after: Any
    unknown: Any
    written: Any
    """What the source says."""


def cases(tables: Iterable[Any]) -> Iterator[Case]:
    """Yield each value of the examples as one that only the apply tells, and each block as a dynamic one."""
    for kind, after, said in (example for table in tables for example in table):
        for path in leaves(after):
            if path and (kind, path[-1]) not in NOT_DECISIVE and not KEYS.search(str(path[-1])):
                yield Case(kind, str(path[0]), said, *without(after, path))
        for key, value in after.items():
            if isinstance(value, list) and value and isinstance(value[0], dict) and key not in FILLED_IN:
                left = {name: item for name, item in after.items() if name != key}
                yield Case(kind, key, said, left, {key: True}, {})


def plan(found: Sequence[Case]) -> dict[str, Any]:
    """Put all of them into one plan: the n-th is called `nth_n`."""
    changes, nodes = [], []
    for number, case in enumerate(found):
        name = f"nth_{number}"
        named = {"address": f"{case.kind}.{name}", "mode": "managed", "type": case.kind, "name": name}
        change = {"actions": ["create"], "before": None, "after": case.after, "after_unknown": case.unknown}
        changes.append({**named, "change": change})
        nodes.append({**named, "expressions": case.written})
    return {
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": nodes}},
        "cellwright": {
            "level": "client",
            "cell": "acme",
            "stack": "app",
            "exceptions": [],
            "today": "2026-12-01",
        },
    }


def test_what_only_the_apply_tells_is_denied_or_warned_of() -> None:
    modules = read_folder(PACK)
    with RegoProcess() as rego:
        found = list(cases(rego.ask(modules, [f"data.hipaa.{name}_test.denied" for name in TABLES], {})))
        findings = judge(rego, judging_modules(modules), plan(found)).findings
    said: dict[str, str] = defaultdict(str)
    for item in findings:
        said[item.resource] += f"{item.message}\n"
    silent = {
        (case.kind, case.key)
        for number, case in enumerate(found)
        if not any(text in said[f"{case.kind}.nth_{number}"] for text in (case.said, case.key, "apply"))
    }
    assert len(found) > 80
    assert silent == set()
