"""The relay in the place of Terraform's own provider start-up: one grant for each command of a unit."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.relay.client import Declined, Grant, Relay, RelayError, RelayReport, RelayRequest
from cellwright.relay.complaints import needs_full_schema, provider_failed
from cellwright.relay.folders import default_runtime_folder
from cellwright.relay.located import Located, link_package, locate_providers
from cellwright.relay.names import names_in_use
from cellwright.relay.safety import WITHOUT_PROVIDERS, why_not_tried, why_off
from cellwright.terraform.install.binary import Binary, user_cache
from cellwright.terraform.toolchain import Toolchain
from cellwright.terraform.workspace.workspace import Workspace

_log = logging.getLogger(__name__)
_PLAN_COMMANDS = frozenset(("apply", "show"))
"""They may read a saved plan, which then holds all that they need to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySettings:
    """What people say about the relay."""

    setting: bool = True
    """`terraform.relay` in fleet.yaml."""
    flag: bool = True
    """False with `--no-relay`."""
    trusted: tuple[str, ...] = ()
    """Providers that the fleet's settings call safe with it: `hashicorp/random`."""


@dataclass(slots=True)
class _Unit:
    """What has become of one unit's commands so far."""

    grant: Grant | None = None
    whole: bool = False
    """The cut schema was not enough once."""
    plain: bool = False
    """A provider failed once under the relay."""
    report: RelayReport = field(default_factory=lambda: RelayReport(used=False))
    reasons: dict[str, None] = field(default_factory=dict)


class RelayedProviders:
    """Grants each command the relay where that is safe, and remembers why not where it is not.

    Called from several threads, for different units.
    """

    def __init__(
        self,
        connect: Callable[[], Relay],
        binary: Binary,
        places: Sequence[Path],
        settings: RelaySettings,
        environment: Mapping[str, str],
    ) -> None:
        self._connect = connect
        self._binary = binary
        self._places = tuple(places)
        self._trusted = settings.trusted
        self._off = why_off(environment, setting=settings.setting, flag=settings.flag)
        self._units: dict[UnitAddress, _Unit] = {}
        self._relay: Relay | None = None
        self._guard = threading.Lock()

    def environment_for(self, workspace: Workspace, command: str) -> Mapping[str, str]:
        """What `command` needs to reach the relay; nothing if it runs plainly."""
        unit = self._unit(workspace)
        self._settle(unit)
        if command in WITHOUT_PROVIDERS:
            return {}
        answer = self._grant(workspace, command, unit)
        if isinstance(answer, Declined):
            unit.reasons[answer.reason] = None
            _log.debug("%s: terraform %s without the relay: %s", workspace.address, command, answer.reason)
            return {}
        unit.grant = answer
        for address, why in answer.refused.items():
            unit.reasons[f"{address}: {why}"] = None
        return answer.environment

    def give_way(self, workspace: Workspace, command: str, diagnostics: Sequence[Diagnostic]) -> bool:
        """Whether the failed command should run once more: with the whole schema, or without the relay."""
        unit = self._unit(workspace)
        if unit.grant is None:
            return False
        if not unit.whole and needs_full_schema(diagnostics):
            unit.whole = True
            _log.debug("%s: terraform %s again with the whole schema", workspace.address, command)
            return True
        if not unit.plain and provider_failed(diagnostics):
            unit.plain = True
            _log.debug("%s: terraform %s again without the relay", workspace.address, command)
            return True
        return False

    def report(self, address: UnitAddress) -> RelayReport:
        """What the relay did for a unit so far, and why not where it did nothing; changes nothing."""
        with self._guard:
            unit = self._units.get(address)
        if unit is None:
            return RelayReport(used=False, reason=self._off or "no command has run")
        report, grant = unit.report, unit.grant
        if grant is not None and self._relay is not None:
            # Its command may still run, or not even have come to the relay yet: it is not given back here.
            report = _sum(report, self._relay.report(grant))
        return replace(report, reason="; ".join(unit.reasons))

    def summary(self, address: UnitAddress) -> str | None:
        """Say whether a unit used the relay or why not, and what that saved."""
        found = self.report(address)
        if not found.used:
            return f"relay: not used ({found.reason})"
        also = f"; not for {found.reason}" if found.reason else ""
        return (
            f"relay: {found.calls_answered} calls answered, {found.calls_passed} passed on, "
            f"{found.providers_started} providers started, {found.seconds_saved:.1f} s saved{also}"
        )

    def _unit(self, workspace: Workspace) -> _Unit:
        with self._guard:
            return self._units.setdefault(workspace.address, _Unit())

    def _settle(self, unit: _Unit) -> None:
        """Give back the grant of the command before."""
        grant, unit.grant = unit.grant, None
        if grant is not None and self._relay is not None:
            unit.report = _sum(unit.report, self._relay.release(grant))

    def _grant(self, workspace: Workspace, command: str, unit: _Unit) -> Grant | Declined:
        reason = self._off or why_not_tried(self._binary.product, self._binary.version, command)
        if reason is None and unit.plain:
            reason = "a provider failed under the relay before"
        if reason is not None:
            return Declined(reason)
        found = locate_providers(workspace.module, workspace.lock_file, self._places, self._trusted)
        if not found.orders:
            return Declined("; ".join(found.refused))
        try:
            relay = self._reach()
            for order in found.orders:
                link_package(workspace.module, order)
        except (RelayError, OSError) as fault:
            return Declined(str(fault))
        return _with_refused(relay.grant(_request(workspace, command, found, whole=unit.whole)), found)

    def _reach(self) -> Relay:
        with self._guard:
            if self._relay is None:
                self._relay = self._connect()
            return self._relay


def with_relay(toolchain: Toolchain, settings: RelaySettings | None = None) -> Toolchain:
    """The same toolchain with the relay between Terraform and its providers, started when first needed."""
    cache = user_cache(toolchain.ambient) / "relay"
    runtime = default_runtime_folder(toolchain.ambient)
    providers = RelayedProviders(
        lambda: Relay.connect_or_start(cache, runtime, environment=toolchain.ambient),
        toolchain.binary,
        [*(mirror.folder for mirror in toolchain.mirrors), toolchain.cache.folder],
        settings or RelaySettings(),
        toolchain.ambient,
    )
    return replace(toolchain, providers=providers)


def _request(workspace: Workspace, command: str, found: Located, *, whole: bool) -> RelayRequest:
    states = () if workspace.state is None else (workspace.state,)
    folder = workspace.folder.plans
    plans = sorted(folder.iterdir()) if command in _PLAN_COMMANDS and folder.is_dir() else ()
    names = None if whole else names_in_use(workspace.module, states, plans)
    return RelayRequest(workspace.module, command, found.orders, names)


def _with_refused(answer: Grant | Declined, found: Located) -> Grant | Declined:
    if isinstance(answer, Declined):
        return Declined("; ".join((answer.reason, *found.refused)))
    refused = dict(line.split(" ", 1) for line in found.refused)
    return replace(answer, refused={**refused, **answer.refused})


def _sum(one: RelayReport, other: RelayReport) -> RelayReport:
    return RelayReport(
        used=one.used or other.used,
        seconds_saved=one.seconds_saved + other.seconds_saved,
        calls_answered=one.calls_answered + other.calls_answered,
        calls_passed=one.calls_passed + other.calls_passed,
        providers_started=one.providers_started + other.providers_started,
    )
