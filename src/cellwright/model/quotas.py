"""The quotas of AWS that cells come to: how much of a resource an account has before anybody asks for more.

The values and codes are those that Service Quotas lists for every new account (`aws service-quotas
list-aws-default-service-quotas --service-code vpc`); the guides of the services say the same. AWS changes
them at times, and an account may have others: what a fleet's own settings say goes first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

CLIENTS = "clients"
"""The resource of which every cell that is placed somewhere takes one; AWS does not limit it."""

_GUIDES: Mapping[str, str] = {
    "AWSCloudMap": "https://docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-limits.html",
    "ec2": "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html",
    "ecs": "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html",
    "elasticloadbalancing": (
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"
    ),
    "glue": "https://docs.aws.amazon.com/general/latest/gr/glue.html",
    "iam": "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    "kms": "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html",
    "rds": "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html",
    "s3": "https://docs.aws.amazon.com/general/latest/gr/s3.html",
    "transfer": "https://docs.aws.amazon.com/general/latest/gr/transfer-service.html",
    "vpc": "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
}


class Scope(Enum):
    """What a quota counts over."""

    ACCOUNT = "account"
    """All regions of the AWS account together."""
    REGION = "region"
    VPC = "VPC"
    LOAD_BALANCER = "load balancer"
    CLUSTER = "cluster"
    NAMESPACE = "namespace"


@dataclass(frozen=True, slots=True)
class Quota:
    """One quota of AWS."""

    resource: str
    """Its name in settings."""
    label: str
    """What it counts, as people say it, in the plural."""
    service: str
    """The service's code at Service Quotas."""
    code: str
    """Its own code there."""
    default: int
    scope: Scope
    adjustable: bool = True
    """AWS raises it if it is asked to."""
    most: int | None = None
    """To no more than that; None: it is not known how far."""

    @property
    def guide(self) -> str:
        """Give the page on which AWS documents it."""
        return _GUIDES[self.service]

    @property
    def name(self) -> str:
        """Name it as Service Quotas does: its service and its code."""
        return f"{self.service} {self.code}"


_ALL = (
    Quota("vpc_blocks", "VPC address blocks", "vpc", "L-83CA0A9D", 5, Scope.VPC, most=50),
    Quota("subnets", "subnets", "vpc", "L-407747CB", 200, Scope.VPC),
    Quota("route_tables", "route tables", "vpc", "L-589F43AA", 200, Scope.VPC),
    Quota("network_acls", "network ACLs", "vpc", "L-B4A6D682", 200, Scope.VPC),
    Quota("vpc_peerings", "VPC peerings", "vpc", "L-7E9ECCDB", 50, Scope.VPC, most=125),
    Quota("security_groups", "security groups", "vpc", "L-E79EC296", 2_500, Scope.REGION),
    Quota("network_interfaces", "network interfaces", "vpc", "L-DF5E4CA3", 5_000, Scope.REGION),
    Quota("elastic_ips", "elastic IP addresses", "ec2", "L-0263D0A3", 5, Scope.REGION),
    Quota("listener_rules", "listener rules", "elasticloadbalancing", "L-7EED9B64", 100, Scope.LOAD_BALANCER),
    Quota(
        "target_groups",
        "target groups",
        "elasticloadbalancing",
        "L-822D1B1B",
        100,
        Scope.LOAD_BALANCER,
        adjustable=False,
    ),
    Quota("certificates", "certificates", "elasticloadbalancing", "L-9365A611", 25, Scope.LOAD_BALANCER),
    Quota("ecs_services", "ECS services", "ecs", "L-9EF96962", 5_000, Scope.CLUSTER),
    Quota("discovery_instances", "Cloud Map instances", "AWSCloudMap", "L-D95E8A57", 2_000, Scope.NAMESPACE),
    Quota("roles", "IAM roles", "iam", "L-FE177D64", 1_000, Scope.ACCOUNT, most=5_000),
    Quota("policies", "IAM policies", "iam", "L-E95E4862", 1_500, Scope.ACCOUNT, most=5_000),
    Quota("buckets", "S3 buckets", "s3", "L-DC2B2D3D", 10_000, Scope.ACCOUNT),
    Quota("kms_keys", "KMS keys", "kms", "L-C2F1777E", 100_000, Scope.REGION),
    Quota("databases", "database instances", "rds", "L-7B6409FD", 40, Scope.REGION),
    Quota("transfer_servers", "transfer servers", "transfer", "L-6E386A05", 50, Scope.REGION),
    Quota("glue_crawlers", "Glue crawlers", "glue", "L-11FA2C1A", 1_000, Scope.REGION),
)

QUOTAS: Mapping[str, Quota] = MappingProxyType({quota.resource: quota for quota in _ALL})
"""By their names in settings."""
