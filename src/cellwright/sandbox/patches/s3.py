"""S3."""

import json
from types import SimpleNamespace

import xmltodict  # type: ignore[import-untyped]
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods, wrap_method

_XMLNS = "http://s3.amazonaws.com/doc/2006-03-01/"
_UNKNOWN_TO_MOTO = frozenset({"analytics", "metrics", "intelligent-tiering"})


def _conditions() -> None:
    def get_permission(self: Moto, action: str, resource: str) -> Moto:
        if self.policy is None:
            return PermissionResult.NEUTRAL
        policy = json.loads(self.policy)
        statements = policy.get("Statement", [])
        unconditional = [
            statement
            for statement in (statements if isinstance(statements, list) else [statements])
            if "Condition" not in statement
        ]
        return IAMPolicy(json.dumps({**policy, "Statement": unconditional})).is_action_permitted(
            action, resource
        )

    add_methods(FakeBucket, get_permission)


def _event_bridge() -> None:
    def get_bucket_notification(original: Moto, self: Moto) -> Moto:
        status, headers, body = original(self)
        configuration = self.backend.get_bucket_notification_configuration(self.bucket_name)
        if configuration is None or configuration.event_bridge is None:
            return status, headers, body
        document = xmltodict.parse(body)["NotificationConfiguration"] or {}
        document["EventBridgeConfiguration"] = None
        return status, headers, xmltodict.unparse({"NotificationConfiguration": document})

    wrap_method(S3Response, "get_bucket_notification", get_bucket_notification)


def _request_payment() -> None:
    def read(original: Moto, self: Moto, bucket_name: str, querystring: Moto) -> Moto:
        if "requestPayment" not in querystring:
            return original(self, bucket_name, querystring)
        payer = vars(self.backend.head_bucket(bucket_name)).get("request_payer", "BucketOwner")
        document = {"RequestPaymentConfiguration": {"@xmlns": _XMLNS, "Payer": payer}}
        return 200, {"Content-Type": "application/xml"}, xmltodict.unparse(document)

    def write(original: Moto, self: Moto, request: Moto, bucket_name: str, querystring: Moto) -> Moto:
        if "requestPayment" not in querystring:
            return original(self, request, bucket_name, querystring)
        payer = xmltodict.parse(self.body)["RequestPaymentConfiguration"]["Payer"]
        self.backend.head_bucket(bucket_name).request_payer = payer
        return 200, {}, ""

    wrap_method(S3Response, "_bucket_response_get", read)
    wrap_method(S3Response, "_bucket_response_put", write)


def _access_logs() -> None:
    def permitted(original: Moto, _self: Moto, target_bucket: Moto, target_prefix: Moto) -> Moto:
        if not target_bucket.policy:
            return False
        policy = json.loads(target_bucket.policy)
        statements = [item for item in policy["Statement"] if isinstance(item.get("Principal"), dict)]
        seen = SimpleNamespace(
            policy=json.dumps({**policy, "Statement": statements}).encode(),
            partition=target_bucket.partition,
            name=target_bucket.name,
        )
        return original(seen, target_prefix)

    wrap_method(FakeBucket, "_log_permissions_enabled_policy", permitted)


def _unknown_parts() -> None:
    def error_response(original: Moto, self: Moto, *arguments: Moto) -> Moto:
        querystring = arguments[-1]
        if unknown := _UNKNOWN_TO_MOTO.intersection(querystring):
            raise NotImplementedError(f"a bucket's {', '.join(unknown)}")
        return original(self, *arguments)

    for method in ("_bucket_response_get", "_bucket_response_put", "_bucket_response_delete"):
        wrap_method(S3Response, method, error_response)


def _tags_at_creation() -> None:
    def write(original: Moto, self: Moto, request: Moto, bucket_name: str, querystring: Moto) -> Moto:
        known = bucket_name in self.backend.buckets
        answer = original(self, request, bucket_name, querystring)
        if self.body and not known and bucket_name in self.backend.buckets:
            document = xmltodict.parse(self.body, force_list=("Tag",)).get("CreateBucketConfiguration") or {}
            tags = (document.get("Tags") or {}).get("Tag", ())
            self.backend.put_bucket_tagging(bucket_name, {tag["Key"]: tag["Value"] or "" for tag in tags})
        return answer

    wrap_method(S3Response, "_bucket_response_put", write)


PATCHES = (
    Patch(
        "tags of a new bucket",
        "a bucket that was made with tags had none: version 6 of the AWS provider makes them so",
        _tags_at_creation,
    ),
    Patch(
        "bucket policy conditions",
        "a Deny under a condition denied everything: a TLS-only policy denied every request",
        _conditions,
    ),
    Patch(
        "access logs",
        "a bucket whose policy has a statement for everybody couldn't receive access logs",
        _access_logs,
    ),
    Patch("bucket notifications to EventBridge", "they were stored, but never shown", _event_bridge),
    Patch(
        "bucket request payment",
        "reading it listed the bucket, and changing it did nothing",
        _request_payment,
    ),
    Patch(
        "unknown parts of a bucket",
        "reading one listed the bucket, writing one created the bucket again",
        _unknown_parts,
    ),
)
