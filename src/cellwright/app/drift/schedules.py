"""The schedules of a fleet: when each looks next, and what became of its newest window."""

from dataclasses import dataclass

from cellwright.app.session.session import FleetSession
from cellwright.drift.windows import Span, next_window, window_at
from cellwright.ledger.database.clock import milliseconds
from cellwright.ledger.drift.values import Window
from cellwright.model.settings.drift_settings import DriftSettings, ScheduleSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleView:
    """A schedule as it stands."""

    settings: ScheduleSettings
    open: Span | None
    """The window that is open now."""
    next: Span | None
    newest: Window | None
    """The window that was opened last; None: none was yet."""

    @property
    def is_due(self) -> bool:
        """Tell whether a window is open that nobody has begun."""
        if self.open is None:
            return False
        return self.newest is None or self.newest.begins < milliseconds(self.open.begin)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulesView:
    """All schedules, and the budget."""

    settings: DriftSettings
    schedules: tuple[ScheduleView, ...]


def list_schedules(session: FleetSession) -> SchedulesView:
    """Give the schedules of fleet.yaml.

    Raises:
        DiagnosticError: `drift` has faults, or the ledger can't be read.
    """
    settings, now = session.drift(), session.now()
    newest: dict[str, Window] = {}
    for window in session.ledger().drift.windows.newest(200):
        newest.setdefault(window.schedule, window)
    return SchedulesView(
        settings=settings,
        schedules=tuple(
            ScheduleView(
                settings=item,
                open=window_at(item, now),
                next=next_window(item, now),
                newest=newest.get(item.name),
            )
            for item in settings.schedules
        ),
    )
