"""Athena."""

import json

from moto.athena.responses import AthenaResponse

from cellwright.sandbox.patches.patch import Moto, Patch, define


def _query_deletion() -> None:
    def delete_named_query(self: Moto) -> str:
        self.athena_backend.named_queries.pop(json.loads(self.body)["NamedQueryId"], None)
        return "{}"

    define(AthenaResponse, delete_named_query)


PATCHES = (Patch("deletion of named queries", "a named query couldn't be deleted", _query_deletion),)
