"""A fleet's facts for pipelines, at their widest."""

from dataclasses import replace

from cellwright.ci.facts import Choice, Facts
from cellwright.ci.versions import actions
from cellwright.model.settings.ci_settings import CiSettings

SETTINGS = CiSettings(
    region="us-east-1",
    plan_role="arn:aws:iam::111122223333:role/medloop/ci-plan",
    apply_role="arn:aws:iam::111122223333:role/medloop/ci-apply",
    secrets={"CELLWRIGHT_LEDGER": "medloop/cellwright/ledger", "CELLWRIGHT_KEY": "medloop/cellwright/key"},
)
FACTS = Facts(
    fleet="medloop",
    folder=".",
    settings=SETTINGS,
    level="client",
    form=(
        Choice(key="account", choices=("prod-use1", "prod-euw1")),
        Choice(key="tier", choices=("gold", "standard"), default="standard"),
    ),
    versions=actions(),
)
OWN_RUNNERS = replace(
    FACTS,
    fleet="med-loop",
    folder="fleets/med-loop",
    settings=replace(
        SETTINGS,
        image="111122223333.dkr.ecr.us-east-1.amazonaws.com/agent@sha256:" + "0" * 64,
        runner=("self-hosted", "medloop"),
        environment="production/medloop",
        comment_token="medloop/cellwright/gitlab-comments",
        secrets={},
    ),
    form=(),
)
BOTH = {"everybody's runners": FACTS, "own runners": OWN_RUNNERS}
