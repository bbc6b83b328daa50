"""A program that asks providers for schemas where no relay serves: once for a package, then from the cache.

`schema_query CACHE REQUEST`: the request is a grant's, as JSON; what is known is printed as JSON.
"""

import asyncio
import json
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cellwright.relay.daemon.cache.environment_answers import EnvironmentAnswers
from cellwright.relay.daemon.cache.environment_key import EnvironmentKeys
from cellwright.relay.daemon.cache.packages import PackageError, PackageVerifier
from cellwright.relay.daemon.cache.schema_cache import SchemaCache
from cellwright.relay.daemon.own_environment import own_environment
from cellwright.relay.daemon.provider_side.response import ProviderError
from cellwright.relay.daemon.provider_side.spawner_client import SpawnerClient, fork_spawner
from cellwright.relay.messages import GrantRequest, ProviderRequest
from cellwright.relay.schema_messages import encode_schemas
from cellwright.terraform.type_schemas import TypeSchemas


def main(arguments: Sequence[str]) -> int:
    """Print by provider the schemas that are asked for; one that is not known for sure is left out."""
    cache, request = arguments
    spawner = fork_spawner()  # before the event loop
    asked = GrantRequest.decode(json.loads(request))
    sys.stdout.write(json.dumps(asyncio.run(_answer(Path(cache), asked, spawner))))
    return 0


async def _answer(cache: Path, request: GrantRequest, spawner_socket: socket.socket) -> Mapping[str, Any]:
    spawner = SpawnerClient(spawner_socket, lambda: None)
    await spawner.connect()
    answers = EnvironmentAnswers(cache, EnvironmentKeys(cache))
    schemas, packages = SchemaCache(cache, spawner, own_environment(), answers), PackageVerifier(cache)
    found = dict[str, TypeSchemas]()
    try:
        for provider in request.providers:
            known = await _schemas(provider, request.types, packages, schemas)
            if known is not None:
                found[provider.address] = known
    finally:
        await spawner.close()
    return encode_schemas(found)


async def _schemas(
    provider: ProviderRequest, types: frozenset[str] | None, packages: PackageVerifier, schemas: SchemaCache
) -> TypeSchemas | None:
    """What a provider says; None if it depends on more than its code, or can't be had."""
    if not provider.schema_from_code:
        return None
    try:
        package = packages.check(provider.folder, provider.name, provider.hashes)
        if schemas.is_unsteady(package):
            return None
        return (await schemas.schemas_of(package)).only(types)
    except (PackageError, ProviderError, OSError):
        return None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
