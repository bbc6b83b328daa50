import json
from pathlib import Path

from cellwright.app.history.logs import UnitLog
from golden.cli import samples
from unit.cli.conftest import Place, Run


def test_logs_are_printed_as_they_are(run: Run, place: Place, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(b"21:48:12Z " + b"x" * 200 + b"\n21:48:13Z odd \xff byte\x1b[31m\n")
    place("app.history.logs.logs", (UnitLog(samples.ACME_APP, log),))
    answer = run("logs", samples.RUN, "client/acme/app")
    assert answer.out.splitlines() == [
        f"21:48:12Z {'x' * 200}",
        "21:48:13Z odd \N{REPLACEMENT CHARACTER} byte\\u001b[31m",
    ]
    document = run("logs", samples.RUN, "--json").document
    assert isinstance(document, dict)
    assert document["run"] == samples.RUN


def test_logs_of_several_units_have_headings_and_are_not_mixed(
    run: Run, place: Place, tmp_path: Path
) -> None:
    logs = []
    for unit in (samples.ACME_APP, samples.GLOBEX_APP):
        path = tmp_path / f"{unit.cell}.log"
        path.write_text(f"of {unit}\n")
        logs.append(UnitLog(unit, path))
    place("app.history.logs.logs", tuple(logs))
    out = run("logs", samples.RUN).out
    assert (
        out.index("of client/acme/app") < out.index("client/globex/app  ") < out.index("of client/globex/app")
    )


def test_a_run_without_logs_says_so(run: Run, place: Place) -> None:
    place("app.history.logs.logs", ())
    assert "no unit of this run left a log" in run("logs", samples.RUN).out


def test_a_log_that_can_t_be_read_closes_the_document(run: Run, place: Place, tmp_path: Path) -> None:
    there = tmp_path / "app.log"
    there.write_text("a line\n")
    logs = (UnitLog(samples.ACME_APP, there), UnitLog(samples.ACME_SFTP, tmp_path / "gone.log"))
    place("app.history.logs.logs", logs)
    answer = run("logs", samples.RUN, "--json")
    assert answer.code == 1
    assert json.loads(answer.out)["logs"][0]["lines"] == ["a line"]
    assert "gone.log can't be read" in answer.err
