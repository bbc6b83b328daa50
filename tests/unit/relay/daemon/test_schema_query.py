"""The program that asks for schemas where no relay serves: what it leaves out."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest

from cellwright.relay.daemon import schema_query
from cellwright.relay.daemon.cache.packages import Package, PackageError, PackageVerifier
from cellwright.relay.daemon.cache.provider_schemas import ProviderSchemas
from cellwright.relay.daemon.cache.schema_cache import SchemaCache
from cellwright.relay.daemon.cache.schema_filter import IDENTITY_SCHEMA_MAPS, SCHEMA_MAPS, FilterableResponse
from cellwright.relay.daemon.provider_side.response import ProviderError
from cellwright.relay.messages import ProviderRequest
from cellwright.terraform.type_schemas import TypeSchemas
from contract.relay.provider.wire import blob

REQUEST = ProviderRequest(
    "registry.terraform.io/hashicorp/aws",
    Path("/p"),
    frozenset(("h1:x",)),
    schema_from_code=True,
    cache_checks=True,
)
TYPES = ("aws_vpc", "aws_subnet")
ANSWER = b"".join(blob(2, blob(1, name)) for name in TYPES)
IDENTITIES = b"".join(blob(1, blob(1, name)) for name in TYPES)


@dataclass
class Known:
    """Stands for the packages and for the cache of their schemas."""

    unsteady: bool = False
    fault: Exception | None = None

    def check(self, _folder: Path, _name: str, hashes: frozenset[str]) -> Package:
        if hashes != REQUEST.hashes:
            raise PackageError("not the package that the lock file names")
        return Package(Path("/p/program"), "h1:x", ())

    def is_unsteady(self, _package: Package) -> bool:
        return self.unsteady

    async def schemas_of(self, _package: Package) -> ProviderSchemas:
        if self.fault is not None:
            raise self.fault
        identities = FilterableResponse.of(IDENTITIES, IDENTITY_SCHEMA_MAPS)
        return ProviderSchemas(5, 0.5, FilterableResponse.of(ANSWER, SCHEMA_MAPS), identities)


def asked(request: ProviderRequest, known: Known) -> TypeSchemas | None:
    packages, schemas = cast("PackageVerifier", known), cast("SchemaCache", known)
    return asyncio.run(schema_query._schemas(request, frozenset(("aws_vpc",)), packages, schemas))


def test_the_types_that_are_asked_for() -> None:
    assert asked(REQUEST, Known()) == TypeSchemas(blob(2, blob(1, "aws_vpc")), blob(1, blob(1, "aws_vpc")))


@pytest.mark.parametrize(
    ("request_", "known"),
    [
        pytest.param(replace(REQUEST, schema_from_code=False), Known(), id="more than its code decides"),
        pytest.param(replace(REQUEST, hashes=frozenset(("h1:y",))), Known(), id="another package"),
        pytest.param(REQUEST, Known(unsteady=True), id="answers in two ways"),
        pytest.param(REQUEST, Known(fault=ProviderError("it did not start")), id="does not start"),
    ],
)
def test_what_is_not_sure_is_left_out(request_: ProviderRequest, known: Known) -> None:
    assert asked(request_, known) is None
