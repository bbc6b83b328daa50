"""Terraform's providers through the relay: one grant for each command of a unit."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cellwright.files.user_cache import user_cache
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.relay.client.eligibility import (
    WITHOUT_PROVIDERS,
    why_not_served,
    why_switched_off,
    why_untried,
)
from cellwright.relay.client.failures import needs_full_schema, provider_failed
from cellwright.relay.client.plain_mark import PlainMark
from cellwright.relay.client.plain_schemas import PlainSchemas, plain_schemas
from cellwright.relay.client.relay_client import Declined, Grant, RelayClient, RelayError, RelayReport
from cellwright.relay.client.type_names import keeps_state_in_a_provider, type_names_in_use
from cellwright.relay.client.workspace_providers import WorkspaceProviders, find_providers, link_package
from cellwright.relay.folders import default_runtime_folder
from cellwright.relay.messages import GrantRequest
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.toolchain import Toolchain
from cellwright.terraform.type_schemas import TypeSchemas
from cellwright.terraform.workspace.workspace import Workspace

_log = logging.getLogger(__name__)
_PLAN_COMMANDS = frozenset(("apply", "show"))
"""Commands that may read a saved plan, which names all types that they need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySettings:
    """Whether the relay is used, and for which providers it is not."""

    setting: bool = True
    """`terraform.relay` in fleet.yaml."""
    flag: bool = True
    """False with `--no-relay`."""
    excepted: tuple[str, ...] = ()
    """Providers that are started without it: `hashicorp/vault`, or with the registry before it."""


@dataclass(slots=True)
class _UnitState:
    """What is known of one unit from its commands so far."""

    grant: Grant | None = None
    """That of the last command."""
    full_schema: bool = False
    """A command failed because a type was left out of the schema."""
    without_relay: bool = False
    """A command failed because of the relay, or may have."""
    report: RelayReport = field(default_factory=lambda: RelayReport(used=False))
    reasons: dict[str, None] = field(default_factory=dict)
    """Why the relay was not used, each once, in order."""


class RelayProviders:
    """Gets each command a grant where that is safe, and records why not where it is not.

    Called from several threads, for different units.
    """

    def __init__(
        self,
        connect: Callable[[], RelayClient],
        binary: Binary,
        folders: Sequence[Path],
        settings: RelaySettings,
        environment: Mapping[str, str],
        plain: PlainSchemas | None = None,
    ) -> None:
        """`plain` knows schemas where the relay is switched off."""
        self._connect = connect
        self._binary = binary
        self._folders = tuple(folders)
        self._excepted = settings.excepted
        self._plain = plain
        self._untried = why_untried(binary.product, binary.version)
        self._off = why_switched_off(environment, setting=settings.setting, flag=settings.flag)
        self._units: dict[UnitAddress, _UnitState] = {}
        self._state_stores: dict[tuple[str, str], bool] = {}
        self._relay: RelayClient | None = None
        self._guard = threading.Lock()

    def environment_for(self, workspace: Workspace, command: str) -> Mapping[str, str]:
        """What `command` needs in its environment to reach the relay; nothing if it runs without it."""
        unit = self._unit(workspace)
        self._release(unit)
        if command in WITHOUT_PROVIDERS:
            return {}
        answer = self._grant(workspace, command, unit)
        if isinstance(answer, Declined):
            unit.reasons[answer.reason] = None
            _log.debug("%s: %s without the relay: %s", workspace.address, command, answer.reason)
            return {}
        unit.grant = answer
        for address, why in answer.refused.items():
            unit.reasons[f"{address}: {why}"] = None
        return answer.environment

    def fall_back(self, workspace: Workspace, command: str, diagnostics: Sequence[Diagnostic]) -> bool:
        """Whether the failed command should run once more: with the full schema, or without the relay.

        An apply is not repeated where a call that may have changed something went through the relay, or where
        the relay can't tell.
        """
        unit = self._unit(workspace)
        grant, relay = unit.grant, self._relay
        if grant is None or relay is None or unit.without_relay:
            return False
        if command == "apply" and not _has_changed_nothing(relay.report(grant)):
            return False
        why = _why_plainly(relay.changed(grant), diagnostics)
        if why is not None:
            unit.without_relay = True
            PlainMark.of(workspace).set()
            unit.reasons[why] = None
            _log.debug("%s: %s again without the relay: %s", workspace.address, command, why)
            return True
        if not unit.full_schema and needs_full_schema(diagnostics):
            unit.full_schema = True
            _log.debug("%s: %s again with the full schema", workspace.address, command)
            return True
        return False

    def schemas(self, workspace: Workspace, types: frozenset[str]) -> Mapping[str, TypeSchemas]:
        """What the unit's last command was told of the schemas of these types, by provider."""
        if self._off:
            return self._plain.schemas(workspace, types) if self._plain is not None else {}
        grant, relay = self._unit(workspace).grant, self._relay
        return {} if grant is None or relay is None else relay.schemas(grant, types)

    def report(self, address: UnitAddress) -> RelayReport:
        """What the relay did for a unit so far, and why not where it did nothing; changes nothing."""
        with self._guard:
            unit = self._units.get(address)
        if unit is None:
            return RelayReport(used=False, reason=self._off or "no command has run")
        report, grant = unit.report, unit.grant
        if grant is not None and self._relay is not None:
            # Not released here: its command may still run, or may not even have connected yet.
            report = _sum(report, self._relay.report(grant))
        return replace(report, reason="; ".join(unit.reasons))

    def summary(self, address: UnitAddress) -> str | None:
        """A line for a unit's log: what the relay saved, or why it was not used."""
        found = self.report(address)
        if not found.used:
            return f"relay: not used ({found.reason})"
        also = f"; stepped aside where it could not help: {found.reason}" if found.reason else ""
        also += f"; {self._untried}" if self._untried else ""
        return (
            f"relay: {found.calls_answered} calls answered, {found.calls_forwarded} forwarded, "
            f"{found.providers_started} providers started, {found.seconds_saved:.1f} s saved{also}"
        )

    def _unit(self, workspace: Workspace) -> _UnitState:
        with self._guard:
            return self._units.setdefault(workspace.address, _UnitState())

    def _release(self, unit: _UnitState) -> None:
        """Release the grant of the command before."""
        grant, unit.grant = unit.grant, None
        if grant is not None and self._relay is not None:
            unit.report = _sum(unit.report, self._relay.release(grant))

    def _grant(self, workspace: Workspace, command: str, unit: _UnitState) -> Grant | Declined:
        reason = self._why_not(workspace, command, unit)
        if reason is not None:
            return Declined(reason)
        found = find_providers(workspace.module, workspace.lock_file, self._folders, self._excepted)
        if not found.requests:
            return Declined("; ".join(found.refused))
        try:
            relay = self._connected()
            for provider in found.requests:
                link_package(workspace.module, provider)
        except (RelayError, OSError) as fault:
            return Declined(str(fault))
        request = _request(workspace, command, found, full_schema=unit.full_schema)
        if self._untried:
            request = request.as_asked()
        return _with_refused(relay.grant(request), found)

    def _why_not(self, workspace: Workspace, command: str, unit: _UnitState) -> str | None:
        """Why a command runs without the relay, whatever its providers are; None if it may be used."""
        mark = PlainMark.of(workspace)
        if command not in _PLAN_COMMANDS and not unit.without_relay:
            mark.clear()
        reason = self._off or why_not_served(self._binary.product, self._binary.version, command)
        if reason is None and unit.without_relay:
            return "a command failed with the relay before"
        if reason is None and mark.is_set:
            return "the plan was made without the relay"
        if reason is None and self._keeps_state(workspace):
            return "a provider keeps the state (state_store)"
        return reason

    def _keeps_state(self, workspace: Workspace) -> bool:
        """Whether a provider keeps the state: that is in the source, which is read once for all its units."""
        source = (workspace.tree.digest, workspace.settings.kind)
        known = self._state_stores.get(source)
        if known is None:
            known = self._state_stores[source] = keeps_state_in_a_provider(workspace.module)
        return known

    def _connected(self) -> RelayClient:
        with self._guard:
            if self._relay is None:
                self._relay = self._connect()
            return self._relay


def _has_changed_nothing(report: RelayReport) -> bool:
    """Whether the relay is sure that no call that changes something went through it."""
    return report.used and not report.calls_changing


def _why_plainly(changed: Sequence[str] | None, diagnostics: Sequence[Diagnostic]) -> str | None:
    """Why a failed command is repeated without the relay; None if the relay is not the cause."""
    if changed is None:
        return "the relay was gone when a command had failed"
    if changed:
        return f"{', '.join(changed)} did not answer as before"
    return "a provider failed under the relay" if provider_failed(diagnostics) else None


def with_relay(toolchain: Toolchain, settings: RelaySettings | None = None) -> Toolchain:
    """The same toolchain with the relay between Terraform and its providers, started when first needed."""
    cache = user_cache(toolchain.ambient) / "relay"
    runtime = default_runtime_folder(toolchain.ambient)
    settings, ambient = settings or RelaySettings(), toolchain.ambient
    folders = [*(mirror.folder for mirror in toolchain.mirrors), toolchain.cache.folder]
    providers = RelayProviders(
        lambda: RelayClient.connect_or_start(cache, runtime, ambient),
        toolchain.binary,
        folders,
        settings,
        ambient,
        plain_schemas(cache, folders, settings.excepted, ambient, toolchain.cli_config),
    )
    return replace(toolchain, providers=providers)


def _request(
    workspace: Workspace, command: str, found: WorkspaceProviders, *, full_schema: bool
) -> GrantRequest:
    states = () if workspace.state is None else (workspace.state,)
    folder = workspace.folder.plans
    plans = sorted(folder.iterdir()) if command in _PLAN_COMMANDS and folder.is_dir() else ()
    types = None if full_schema else type_names_in_use(workspace.module, states, plans)
    return GrantRequest(workspace.module.resolve(), command, found.requests, types)


def _with_refused(answer: Grant | Declined, found: WorkspaceProviders) -> Grant | Declined:
    if isinstance(answer, Declined):
        return Declined("; ".join((answer.reason, *found.refused)))
    refused = dict(line.split(" ", 1) for line in found.refused)
    return replace(answer, refused={**refused, **answer.refused})


def _sum(one: RelayReport, other: RelayReport) -> RelayReport:
    return RelayReport(
        used=one.used or other.used,
        seconds_saved=one.seconds_saved + other.seconds_saved,
        calls_answered=one.calls_answered + other.calls_answered,
        calls_forwarded=one.calls_forwarded + other.calls_forwarded,
        calls_changing=one.calls_changing + other.calls_changing,
        providers_started=one.providers_started + other.providers_started,
    )
