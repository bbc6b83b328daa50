"""Schemas of providers where the relay is switched off: they are asked once for each version of a package."""

import json
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from cellwright.relay.client.daemon_start import run_module
from cellwright.relay.client.workspace_providers import find_providers
from cellwright.relay.messages import GrantRequest, MessageError, ProviderRequest
from cellwright.relay.schema_messages import decode_schemas
from cellwright.terraform.install.cli_config import CliConfig, may_override_providers
from cellwright.terraform.type_schemas import TypeSchemas
from cellwright.terraform.workspace.workspace import Workspace

_PROGRAM = "cellwright.relay.daemon.schema_query"
_SECONDS = 180.0
"""A provider that was never asked is read wholly, started and asked."""

_Question = tuple[tuple[ProviderRequest, ...], frozenset[str]]


class PlainSchemas:
    """What is known of providers that Terraform starts itself; for several threads.

    Only of those whose schemas depend on nothing but their code. That the package here is the one that
    Terraform started, the lock file says: both check it. Where settings may put another one in its place,
    nothing is known.
    """

    def __init__(
        self, cache: Path, folders: Sequence[Path], excepted: Collection[str], environment: Mapping[str, str]
    ) -> None:
        self._cache = cache
        self._folders = tuple(folders)
        self._excepted = excepted
        self._environment = environment
        self._known: dict[_Question, Mapping[str, TypeSchemas]] = {}
        self._asking = threading.Lock()

    def schemas(self, workspace: Workspace, types: frozenset[str]) -> Mapping[str, TypeSchemas]:
        """By provider, its schemas of these types; never raises."""
        found = find_providers(workspace.module, workspace.lock_file, self._folders, self._excepted)
        # Without links: those of another unit's folder lead to the same package.
        sure = tuple(
            replace(request, folder=request.folder.resolve())
            for request in found.requests
            if request.schema_from_code
        )
        if not sure:
            return {}
        from cellwright.relay.linux import why_unsupported  # noqa: PLC0415  many stacks have no provider

        if why_unsupported() is not None:
            return {}
        with self._asking:  # units of one stack ask the same at the same time
            if (sure, types) not in self._known:
                self._known[sure, types] = self._ask(GrantRequest(workspace.module, "show", sure, types))
            return self._known[sure, types]

    def _ask(self, request: GrantRequest) -> Mapping[str, TypeSchemas]:
        arguments = (str(self._cache), json.dumps(request.encode()))
        try:
            answer = run_module(
                "cellwright.relay.daemon.schema_query", arguments, self._environment, _SECONDS
            )
            if answer is None or answer[0]:
                return {}
            return decode_schemas(json.loads(answer[1]))
        except (OSError, ValueError, MessageError):
            return {}


def plain_schemas(
    cache: Path,
    folders: Sequence[Path],
    excepted: Collection[str],
    environment: Mapping[str, str],
    config: CliConfig,
) -> PlainSchemas | None:
    """What knows schemas without the relay; None if Terraform may start others than the lock file names."""
    if may_override_providers(config, environment):
        return None
    return PlainSchemas(cache, folders, excepted, environment)
