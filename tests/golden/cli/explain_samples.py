"""What inputs of a made-up unit are made of, as `explain` tells it."""

from cellwright.app.fleet.explain import ChainLink, Explanation, FollowedReference
from cellwright.app.fleet.explain_more import DEFAULT
from cellwright.app.fleet.taken_outputs import TakenOutput
from cellwright.model.position import Position
from cellwright.model.value import OutputReference
from golden.cli.samples import ACME_APP, CLUSTER, NETWORK

EXPLAINED = (
    Explanation(
        ACME_APP,
        "replicas",
        6,
        (
            ChainLink("defaults/client.yaml", Position("defaults/client.yaml", 12, 15), 2),
            ChainLink("tiers/gold.yaml", Position("tiers/gold.yaml", 4, 15), 4),
            ChainLink("clients/acme/client.yaml", Position("clients/acme/client.yaml", 5, 20), 6),
        ),
    ),
)
EXPLAINED_OUTPUT = (
    Explanation(
        ACME_APP,
        "cluster_arn",
        "${output.utility/prod-use1/ecs.cluster_arn}",
        (
            ChainLink(
                "defaults/client.yaml",
                Position("defaults/client.yaml", 90, 18),
                "${output.utility.ecs.cluster_arn}",
            ),
        ),
        (
            TakenOutput(OutputReference(CLUSTER, "cluster_arn"), known=True, value="arn:aws:ecs:c"),
            TakenOutput(OutputReference(CLUSTER, "token"), known=True, sensitive=True),
            TakenOutput(OutputReference(NETWORK, "cidr"), known=False),
        ),
    ),
)
EXPLAINED_TEXT = (
    Explanation(
        ACME_APP,
        "url",
        "https://acme.example.com/gold",
        (
            ChainLink(
                "defaults/client.yaml",
                Position("defaults/client.yaml", 91, 10),
                "https://${cell.domain}/${cell.tier}",
            ),
        ),
        followed=(
            FollowedReference(
                "${cell.domain}", Position("clients/acme/client.yaml", 2, 9), "acme.example.com"
            ),
            FollowedReference("${cell.tier}", Position("defaults/client.yaml", 1, 7), "gold"),
        ),
    ),
)
EXPLAINED_DEFAULT = (
    Explanation(
        ACME_APP, "cpu", 256, (ChainLink(DEFAULT, Position("stacks/client/app/variables.tf", 30, 1), 256),)
    ),
)
EXPLAINED_ALL = (
    *EXPLAINED,
    Explanation(
        ACME_APP,
        "tags",
        {"team": "blue"},
        (ChainLink("defaults/client.yaml", Position("defaults/client.yaml", 14, 11), {"team": "blue"}),),
    ),
)
