"""A small made-up fleet as the use cases would return it; every view is drawn from it."""

from pathlib import Path

from cellwright.app.fleet.graph import GraphView
from cellwright.app.fleet.policy import PolicyInForce
from cellwright.app.fleet.show import ShownUnit, ShownUnits
from cellwright.app.fleet.taken_outputs import TakenOutput
from cellwright.app.runs.report import RunReport
from cellwright.app.status.stack_versions import FOLDER, OLDER_FILES, StackVersion
from cellwright.app.status.status import FleetStatus
from cellwright.app.status.versions import VersionGroup, Versions
from cellwright.fleet.shown_value import SENSITIVE
from cellwright.model.address import UnitAddress
from cellwright.model.applied import RecordedOutput
from cellwright.model.binary import BinarySettings, BinaryVersion, UnitBinaries
from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.model.fetched_module import FetchedModule
from cellwright.model.position import Position
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus
from cellwright.model.runs.plan import (
    Action,
    AttributeChange,
    PlanSummary,
    ResourceChange,
    ResourceCounts,
)
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult
from cellwright.model.value import OutputReference
from cellwright.planning.graph import Edge
from cellwright.planning.policy.module import RuleMetadata
from cellwright.planning.policy.trials import TrialResult, Trials, UnseenRule

RUN = "20261122-214812-3f9a"


def unit(text: str) -> UnitAddress:
    return UnitAddress.parse(text)


NETWORK = unit("base/prod-use1/network")
CLUSTER = unit("utility/prod-use1/ecs")
ACME_FOUNDATION = unit("client/acme/foundation")
ACME_APP = unit("client/acme/app")
ACME_SFTP = unit("client/acme/sftp")
GLOBEX_FOUNDATION = unit("client/globex/foundation")
GLOBEX_APP = unit("client/globex/app")

FINDINGS: tuple[Diagnostic, ...] = (
    error(
        "the stack 'app' has no variable 'replica'",
        "did you mean 'replicas'?",
        Position("clients/acme/client.yaml", 5, 11),
    ),
    warning("the fleet is not in a git repository", "nothing will be committed; run: git init"),
    error(
        "client/acme/app depends on itself:\n  client/acme/app -> client/acme/foundation -> client/acme/app",
        "remove one of the references",
        Position("clients/acme/client.yaml", 9, 3),
    ),
)

ORDER = {
    "base": ("network",),
    "utility": ("ecs",),
    "client": ("foundation", "sftp", "app"),
}


def waits(*units: UnitAddress) -> tuple[Reason, ...]:
    """Reasons of a unit that waits for others, sorted as they are."""
    return tuple(Reason(ReasonKind.OUTPUT, f"waits for {item}, never applied", unit=item) for item in units)


STATUS = FleetStatus(
    "medloop",
    (
        UnitStatus(NETWORK, Status.UP_TO_DATE),
        UnitStatus(CLUSTER, Status.UP_TO_DATE),
        UnitStatus(
            ACME_APP,
            Status.CHANGED,
            (
                Reason(ReasonKind.INPUT, "replicas: 4 -> 6 (clients/acme/client.yaml:5)"),
                Reason(
                    ReasonKind.SOURCE,
                    "source of app: git::https://git.example.com/infra/app.git//stack at v1.4.0 -> v1.5.0",
                ),
            ),
        ),
        UnitStatus(ACME_FOUNDATION, Status.UP_TO_DATE),
        UnitStatus(ACME_SFTP, Status.DESTROY, (Reason(ReasonKind.REMOVED, "switched off"),)),
        UnitStatus(GLOBEX_APP, Status.BLOCKED, waits(GLOBEX_FOUNDATION), new=True),
        UnitStatus(
            GLOBEX_FOUNDATION,
            Status.FAILED,
            (
                Reason(
                    ReasonKind.FAILURE,
                    f"run {RUN}: creating KMS Key: AccessDeniedException",
                    Position("main.tf", 14, 1),
                ),
            ),
        ),
    ),
    order=ORDER,
)
NEW_STATUS = FleetStatus(
    "medloop",
    (
        UnitStatus(NETWORK, Status.NEVER_APPLIED),
        UnitStatus(ACME_APP, Status.BLOCKED, waits(NETWORK, ACME_FOUNDATION, CLUSTER, ACME_SFTP), new=True),
        UnitStatus(ACME_FOUNDATION, Status.BLOCKED, waits(NETWORK), new=True),
        UnitStatus(ACME_SFTP, Status.BLOCKED, waits(NETWORK, ACME_FOUNDATION), new=True),
        UnitStatus(CLUSTER, Status.BLOCKED, waits(NETWORK), new=True),
    ),
    order=ORDER,
)
"""A first bring-up."""

WORKING_STATUS = FleetStatus(
    "medloop",
    (
        UnitStatus(
            ACME_APP,
            Status.FAILED,
            (
                Reason(ReasonKind.WORK, f"being worked on by process 25597 on vm (run {RUN})"),
                Reason(ReasonKind.INPUT, "replicas: 4 -> 6 (clients/acme/client.yaml:5)"),
            ),
        ),
        UnitStatus(ACME_FOUNDATION, Status.UP_TO_DATE),
        UnitStatus(GLOBEX_FOUNDATION, Status.FAILED),
    ),
    order=ORDER,
)
"""While a run is at work."""

STATUS_PAGE = FleetStatus("medloop", STATUS.units[:2], CLUSTER)

REPLICAS = (Reason(ReasonKind.INPUT, "replicas: 4 -> 6 (clients/client-007/client.yaml:5)"),)
UPGRADED = (Reason(ReasonKind.SOURCE, "source of sftp: v1.0.0 -> v1.1.0"),)


def big_unit(number: int, stack: str) -> UnitStatus:
    """Client 7 changed on its own, clients from 30 on are changed alike, the others are quiet."""
    address = unit(f"client/client-{number:03}/{stack}")
    if (number, stack) == (7, "app"):
        return UnitStatus(address, Status.CHANGED, REPLICAS)
    if number >= 30 and stack == "app":
        waits = Reason(ReasonKind.OUTPUT, f"waits for client/client-{number:03}/sftp")
        return UnitStatus(address, Status.BLOCKED, (waits,))
    if number >= 30:
        return UnitStatus(address, Status.CHANGED, UPGRADED)
    return UnitStatus(address, Status.UP_TO_DATE)


BIG_STATUS = FleetStatus(
    "medloop", tuple(big_unit(number, stack) for number in range(40) for stack in ("app", "sftp"))
)

MANY_APPS = tuple(unit(f"client/client-{number:02}/app") for number in range(28))
TERRAFORM, OPENTOFU = BinaryVersion("terraform", "1.11.4"), BinaryVersion("tofu", "1.12.6")
VERSIONS = Versions(
    "medloop",
    (
        VersionGroup(UnitBinaries(TERRAFORM, TERRAFORM), (NETWORK, ACME_FOUNDATION)),
        VersionGroup(UnitBinaries(TERRAFORM, OPENTOFU), (ACME_APP,)),
        VersionGroup(UnitBinaries(None, BinaryVersion("tofu", "")), (ACME_SFTP,)),
    ),
    (
        StackVersion("base", "network", FOLDER, FOLDER, same=True, units=(NETWORK,)),
        StackVersion("client", "foundation", "v1.4.0", "v1.5.0", same=False, units=(ACME_FOUNDATION,)),
        StackVersion("client", "app", "v1.5.0", "v1.5.0", same=True, units=MANY_APPS),
        StackVersion("client", "app", OLDER_FILES, FOLDER, same=False, units=(ACME_APP,)),
        StackVersion("client", "sftp", None, "main", same=False, units=(ACME_SFTP,)),
    ),
)
STATUS_PROGRAMS = FleetStatus(
    "medloop",
    (UnitStatus(ACME_APP, Status.UP_TO_DATE), UnitStatus(ACME_SFTP, Status.DESTROY)),
    binaries={
        ACME_APP: UnitBinaries(BinaryVersion(None, "1.9.8"), OPENTOFU),
        ACME_SFTP: UnitBinaries(OPENTOFU, None),
    },
)

SHOWN = (
    ShownUnit(
        address=ACME_APP,
        enabled=True,
        source="git::https://git.example.com/infra/app.git//stack?ref=v1.4.0",
        version="v1.5.0",
        binary=BinarySettings(product="tofu", version="~> 1.12.0"),
        last_binary=BinaryVersion("terraform", "1.11.4"),
        modules=(
            FetchedModule("alarms", "digest", "2.4.1", "content", "9" * 64),
            FetchedModule("queue", "digest", "", "commit", "0123456789abcdef0123456789abcdef01234567"),
        ),
        needs=(ACME_FOUNDATION, NETWORK),
        inputs={
            "image": "nginx:1.27",
            "replicas": 6,
            "token": SENSITIVE,
            "vpc_id": "${output.base/prod-use1/network.vpc_id}",
            "tags": {"team": "blue", "cost": {"centre": 12}},
            "rules": [{"port": 443, "from": ["10.0.0.0/8"]}],
            "zones": ["us-east-1a", "us-east-1b"],
            "proxy": None,
        },
        taken=(
            TakenOutput(OutputReference(NETWORK, "vpc_id"), known=True, value="vpc-123"),
            TakenOutput(OutputReference(CLUSTER, "token"), known=True, sensitive=True),
            TakenOutput(OutputReference(ACME_FOUNDATION, "kms_key_arn"), known=False),
            TakenOutput(OutputReference(ACME_FOUNDATION, "role_arn"), known=False),
        ),
        outputs={
            "ports": RecordedOutput("", sensitive=False, value={"https": 443}),
            "secret": RecordedOutput("", sensitive=True),
        },
    ),
    ShownUnit(
        address=ACME_SFTP,
        enabled=False,
        source="../stacks/client/sftp",
        version=None,
        binary=BinarySettings(),
        last_binary=None,
        needs=(),
        inputs={},
    ),
)


def shown() -> ShownUnits:
    return ShownUnits(iter(SHOWN))


GRAPH = GraphView(
    (NETWORK, CLUSTER, ACME_FOUNDATION, ACME_APP, GLOBEX_FOUNDATION),
    (
        Edge(CLUSTER, NETWORK, "output"),
        Edge(ACME_FOUNDATION, NETWORK, "output"),
        Edge(ACME_APP, ACME_FOUNDATION, "needs"),
        Edge(ACME_APP, ACME_FOUNDATION, "output"),
        Edge(ACME_APP, CLUSTER, "needs"),
    ),
)

APP_PLAN = PlanSummary(
    ResourceCounts(add=1, change=1, replace=1),
    (
        ResourceChange(
            "aws_ecs_service.app",
            Action.CREATE,
            (
                AttributeChange("name", "", "acme-app"),
                AttributeChange("desired_count", "", "6"),
                AttributeChange("id", "", "(known after apply)"),
                AttributeChange("iam_role", "", "(known after apply)"),
            ),
        ),
        ResourceChange(
            'aws_ssm_parameter.config["replicas"]',
            Action.UPDATE,
            (AttributeChange("value", "(sensitive)", "(sensitive)"), AttributeChange("tier", "A", "B")),
        ),
        ResourceChange(
            "aws_ecs_task_definition.app",
            Action.REPLACE,
            (
                AttributeChange(
                    "container_definitions", '[{"image":"nginx:1.26","name":"app"}]', "(known after apply)"
                ),
            ),
        ),
    ),
    ("service_url",),
    applyable=True,
)
LOG_GROUP_PLAN = PlanSummary(
    ResourceCounts(add=1),
    (ResourceChange("aws_cloudwatch_log_group.sftp", Action.CREATE),),
    (),
    applyable=True,
)
QUIET_PLAN = PlanSummary(ResourceCounts(), (), (), applyable=False)


def run(kind: RunKind, status: RunStatus, *units: UnitAddress, operation: Operation = Operation.APPLY) -> Run:
    return Run(
        id=RUN,
        kind=kind,
        status=status,
        actor="Ada Lovelace <ada@example.com>",
        reason="acme grows",
        started="2026-11-22T21:48:12.000000+00:00",
        finished="2026-11-22T21:49:35.500000+00:00",
        commit="0f192c93e0",
        units=tuple(RunUnit(address, operation) for address in units),
    )


PLANNED = RunReport(
    run(RunKind.PLAN, RunStatus.SUCCEEDED, ACME_APP, ACME_FOUNDATION, ACME_SFTP, GLOBEX_APP),
    (
        UnitResult(ACME_APP, Outcome.PLANNED, 3.2, APP_PLAN.counts),
        UnitResult(ACME_FOUNDATION, Outcome.UNCHANGED, 1.1),
        UnitResult(ACME_SFTP, Outcome.PLANNED, 2.0, LOG_GROUP_PLAN.counts),
        UnitResult(
            GLOBEX_APP, Outcome.BLOCKED, diagnostics=(warning("client/globex/foundation was never applied"),)
        ),
    ),
    {
        ACME_APP: APP_PLAN,
        ACME_FOUNDATION: QUIET_PLAN,
        ACME_SFTP: LOG_GROUP_PLAN,
        unit("client/globex/sftp"): LOG_GROUP_PLAN,
    },
)
NOTHING_PLANNED = RunReport(
    run(RunKind.PLAN, RunStatus.SUCCEEDED, ACME_FOUNDATION),
    (UnitResult(ACME_FOUNDATION, Outcome.UNCHANGED, 1.1),),
    {ACME_FOUNDATION: QUIET_PLAN},
)

TERRAFORM_FAULT = error(
    "creating ECS Service (app): InvalidParameterException: The target group does not have an "
    "associated load balancer.",
    'on main.tf line 14, in resource "aws_ecs_service" "app":\n\n  14: resource "aws_ecs_service" "app" {',
    Position("stacks/client/app/main.tf", 14, 1),
)
DEPRECATED = warning("Deprecated attribute", 'The attribute "name" is deprecated.', Position("main.tf", 3, 1))

APPLIED = RunReport(
    run(RunKind.APPLY, RunStatus.FAILED, ACME_FOUNDATION, ACME_APP, GLOBEX_FOUNDATION, GLOBEX_APP),
    (
        UnitResult(ACME_FOUNDATION, Outcome.APPLIED, 14.2, ResourceCounts(add=7), (DEPRECATED,)),
        UnitResult(ACME_APP, Outcome.FAILED, 83.0, ResourceCounts(add=1), (TERRAFORM_FAULT,)),
        UnitResult(GLOBEX_FOUNDATION, Outcome.FAILED, 9.0, ResourceCounts(), (TERRAFORM_FAULT,)),
        UnitResult(GLOBEX_APP, Outcome.SKIPPED, diagnostics=(warning("client/globex/foundation failed"),)),
    ),
)
DESTROYED = RunReport(
    run(RunKind.DESTROY, RunStatus.SUCCEEDED, GLOBEX_APP, GLOBEX_FOUNDATION, operation=Operation.DESTROY),
    (
        UnitResult(GLOBEX_APP, Outcome.APPLIED, 14.2, ResourceCounts(destroy=3)),
        UnitResult(GLOBEX_FOUNDATION, Outcome.APPLIED, 3661.0, ResourceCounts(destroy=7)),
    ),
)
BIG_APPLIED = RunReport(
    run(RunKind.APPLY, RunStatus.FAILED),
    tuple(
        UnitResult(
            unit(f"client/client-{number:03}/app"),
            Outcome.FAILED if number % 20 == 3 else Outcome.SKIPPED if number % 20 == 4 else Outcome.APPLIED,
            10.0,
            ResourceCounts(add=2),
            (TERRAFORM_FAULT,) if number % 20 == 3 else (),
        )
        for number in range(100)
    ),
)
NOTHING_APPLIED = RunReport(run(RunKind.APPLY, RunStatus.SUCCEEDED), ())


SCAFFOLDED = (Path("fleet.yaml"), Path("defaults/client.yaml"), Path("stacks/client/app/main.tf"))

POLICIES = (
    PolicyInForce(
        "hipaa.tags",
        RuleMetadata("Tags say whose each resource is", "45 CFR 164.310(d)(2)(iii)", "set them"),
        ("deny",),
    ),
    PolicyInForce("house.shape", RuleMetadata(), ("deny", "warn_size")),
)
TRIALS = Trials(
    (
        TrialResult("policies/house_test.rego", "test_round_passes", passed=True),
        TrialResult("policies/house_test.rego", "test_square_is_denied", passed=False),
        TrialResult("policies/house_test.rego", "test_oval", passed=False, fault="there is no function oval"),
    ),
    (UnseenRule("policies/house.rego", 12, 1, "house.shape", "warn"),),
)
