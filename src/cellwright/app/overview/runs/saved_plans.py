"""What the plans in a plan file will do, as it was recorded when they were made."""

from pathlib import Path

from cellwright.app.history.runs import no_run
from cellwright.app.overview.runs.run_report import ReportRequest, run_report
from cellwright.app.runs.report import RunReport
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.planning.scope import scope_of_units


def saved_plans(session: FleetSession, file: Path) -> RunReport:
    """Report on the plans in a file, if each is the one that was recorded; changes nothing.

    Raises:
        DiagnosticError: it is no plan file, is one of another fleet or ledger, or was changed.
    """
    # Imported when there is a file: they bring libraries that nothing else needs.
    from cellwright.engine.plan_file import opened_bundle  # noqa: PLC0415
    from cellwright.engine.saved_plans import confirm_recorded  # noqa: PLC0415

    with opened_bundle(file) as bundle:
        saved = {part.address for part in bundle.parts}
        fleet = session.open(scope=scope_of_units(saved))
        if bundle.fleet != fleet.fleet.name:
            summary = f"{file} holds plans of the fleet '{bundle.fleet}', this one is '{fleet.fleet.name}'"
            raise DiagnosticError(error(summary, "go to that fleet, or name it with --fleet DIR"))
        confirm_recorded(bundle, fleet.ledger.reader, fleet.digester)
        run = fleet.ledger.reader.run(bundle.run)
        if run is None:
            raise no_run(bundle.run)
        page = run_report(session, ReportRequest(run=bundle.run, limit=max(len(run.units), 1)))
        return RunReport(
            run,
            tuple(item for item in page.results if item.address in saved),
            {unit: plan for unit, plan in page.plans.items() if unit in saved},
        )
