"""Tell an OpenSearch domain who may do what in it, and for how long it keeps records.

Both are said over the domain's own API, which takes only roles that the domain knows: this function has the
one that the domain was made with. It is called when what it was told changes; it may be called at any time.
"""

import json
import os
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import boto3
from botocore.auth import SigV4Auth  # type: ignore[import-untyped]
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]

Json = dict[str, Any]

SECURITY = "/_plugins/_security/api"
POLICY = "/_plugins/_ism/policies/logs"
DELIVERY: Json = {
    "cluster_permissions": ["cluster_monitor", "cluster_composite_ops"],
    "index_permissions": [
        {"index_patterns": ["logs-*"], "allowed_actions": ["create_index", "manage", "crud"]}
    ],
}
READERS: Json = {
    "cluster_permissions": ["cluster_composite_ops_ro"],
    "index_permissions": [{"index_patterns": ["logs-*"], "allowed_actions": ["read"]}],
}
TEMPLATE: Json = {
    "index_patterns": ["logs-*"],
    "template": {
        "mappings": {
            "properties": {
                "@timestamp": {"type": "date", "format": "epoch_millis"},
                "account": {"type": "keyword"},
                "group": {"type": "keyword"},
                "stream": {"type": "keyword"},
                "message": {"type": "text"},
            }
        }
    },
}


def handler(request: Json, _context: object) -> Json:
    """Tell the domain all that the request names; answers what was done, fails if any of it is refused."""
    domain = Domain(os.environ["ENDPOINT"], os.environ["AWS_REGION"])
    managers, readers = [os.environ["ROLE_ARN"], *request["managers"]], request["readers"]
    domain.put(f"{SECURITY}/roles/delivery", DELIVERY)
    domain.put(f"{SECURITY}/roles/readers", READERS)
    for role, members in {
        "all_access": managers,
        "security_manager": managers,
        "delivery": [request["delivery"]],
        "readers": readers,
        "kibana_user": readers,
    }.items():
        domain.put(f"{SECURITY}/rolesmapping/{role}", {"backend_roles": members})
    domain.put("/_index_template/logs", TEMPLATE)
    return {"policy": keep_for(domain, request["index_days"])}


def keep_for(domain: "Domain", days: int) -> str:
    """Have indices removed after so many days, those that there are and those to come."""
    wanted = policy(days)
    known = domain.get(POLICY)
    if known is None:
        domain.put(POLICY, wanted)
        return "made"
    if known["policy"]["states"][0]["transitions"] == wanted["policy"]["states"][0]["transitions"]:
        return "as it was"
    version = {"if_seq_no": known["_seq_no"], "if_primary_term": known["_primary_term"]}
    domain.put(f"{POLICY}?{urlencode(version)}", wanted)
    # Indices keep the version of the policy that they were given.
    domain.call("POST", "/_plugins/_ism/change_policy/logs-*", {"policy_id": "logs"})
    return "changed"


def policy(days: int) -> Json:
    """Write the policy of OpenSearch's Index State Management."""
    gone = {"state_name": "gone", "conditions": {"min_index_age": f"{days}d"}}
    return {
        "policy": {
            "description": f"Log records can be searched for {days} days; CloudWatch keeps them longer.",
            "default_state": "searched",
            "states": [
                {"name": "searched", "actions": [], "transitions": [gone]},
                {"name": "gone", "actions": [{"delete": {}}], "transitions": []},
            ],
            "ism_template": [{"index_patterns": ["logs-*"], "priority": 100}],
        }
    }


class Domain:
    """The domain's API, asked with the signature of this function's role."""

    def __init__(self, endpoint: str, region: str) -> None:
        """Take the domain's address."""
        self._address = endpoint if "://" in endpoint else f"https://{endpoint}"
        self._region = region

    def get(self, path: str) -> Json | None:
        """Read something; None if it is not there."""
        try:
            return self.call("GET", path)
        except NotThereError:
            return None

    def put(self, path: str, document: Mapping[str, Any]) -> None:
        """Write something."""
        self.call("PUT", path, document)

    def call(self, method: str, path: str, document: Mapping[str, Any] | None = None) -> Json:
        """Ask for something.

        Raises:
            NotThereError: there is no such thing.
            RuntimeError: the domain refuses it, and says why.
        """
        body = None if document is None else json.dumps(document).encode()
        asked = AWSRequest(method, f"{self._address}{path}", {"Content-Type": "application/json"}, body)
        SigV4Auth(boto3.Session().get_credentials(), "es", self._region).add_auth(asked)
        signed = Request(asked.url, body, dict(asked.headers.items()), method=method)  # noqa: S310  the domain's own
        try:
            with urlopen(signed, timeout=30) as answer:  # noqa: S310
                found: Json = json.loads(answer.read() or b"{}")
        except HTTPError as refused:
            if refused.code == HTTPStatus.NOT_FOUND:
                raise NotThereError(path) from refused
            text = refused.read().decode(errors="replace")[:500]
            raise RuntimeError(f"{method} {path}: {refused.code} {text}") from refused
        return found


class NotThereError(Exception):
    """The domain has nothing at this path."""
