from cellwright.app.history.prune import PruneRequest
from golden.cli import history_samples
from unit.cli.conftest import Place, Run


def test_nothing_is_removed_without_yes(run: Run, place: Place) -> None:
    use_case = place("app.history.prune.prune", history_samples.PRUNABLE)
    assert "Nothing was removed yet" in run("prune").out
    assert use_case.given[2] == PruneRequest(kept_days=90, kept_runs=100)
    run("prune", "--keep-days", "365", "--keep-runs", "5", "--reason", "disk", "--yes")
    assert use_case.given[2] == PruneRequest(kept_days=365, kept_runs=5, reason="disk", carry_out=True)
