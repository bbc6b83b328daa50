"""Transfer Family."""

import json

from moto.transfer import exceptions
from moto.transfer.responses import TransferResponse
from moto.transfer.types import User, prune_unset

from cellwright.sandbox.patches.parts.transfer_server import SERVER_PATCHES
from cellwright.sandbox.patching.patch import Moto, Patch, add_methods, wrap_method


def _error_codes() -> None:
    def with_real_code(original: Moto, self: Moto, *arguments: Moto, **named: Moto) -> None:
        original(self, *arguments, **named)
        exceptions.TransferError.__init__(self, "ResourceNotFoundException", self.message)

    for error in (exceptions.ServerNotFound, exceptions.UserNotFound, exceptions.PublicKeyNotFound):
        wrap_method(error, "__init__", with_real_code)


def _user_descriptions() -> None:
    def to_dict(original: Moto, self: Moto) -> Moto:
        user = prune_unset(original(self))
        for key in user.get("SshPublicKeys", []):
            key["DateImported"] = float(key["DateImported"])
        return user

    wrap_method(User, "to_dict", to_dict)


def _tags() -> None:
    def list_tags_for_resource(self: Moto) -> str:
        arn = json.loads(self.body)["Arn"]
        return json.dumps({"Arn": arn, "Tags": _resource(self, arn).tags})

    def tag_resource(self: Moto) -> str:
        request = json.loads(self.body)
        resource = _resource(self, request["Arn"])
        new = {tag["Key"] for tag in request["Tags"]}
        resource.tags = [tag for tag in resource.tags if tag["Key"] not in new] + request["Tags"]
        return "{}"

    def untag_resource(self: Moto) -> str:
        request = json.loads(self.body)
        resource = _resource(self, request["Arn"])
        resource.tags = [tag for tag in resource.tags if tag["Key"] not in request["TagKeys"]]
        return "{}"

    add_methods(TransferResponse, list_tags_for_resource, tag_resource, untag_resource)


def _resource(response: Moto, arn: str) -> Moto:
    """The server or user that `arn` (`...:server/ID`, `...:user/ID/NAME`) names."""
    kind, server_id, *user_name = arn.rpartition(":")[2].split("/")
    if kind == "user":
        return response.transfer_backend.describe_user(server_id, *user_name)[1]
    return response.transfer_backend.describe_server(server_id)


PATCHES = (
    Patch(
        "not found",
        "the error for a missing server, user or key had a code that AWS doesn't use",
        _error_codes,
    ),
    Patch(
        "user descriptions",
        "a user with a key couldn't be read: the key's date was a text",
        _user_descriptions,
    ),
    Patch("tags of servers and users", "they couldn't be read or changed", _tags),
    *SERVER_PATCHES,
)
