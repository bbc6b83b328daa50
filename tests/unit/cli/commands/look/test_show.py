from golden.cli import samples
from unit.cli.conftest import Place, Run


def test_a_masked_value_is_shown_masked(run: Run, place: Place) -> None:
    place("app.fleet.show.show", lambda *_: samples.shown())
    assert "token    = (sensitive)" in run("show").out
    assert '"token": "(sensitive)"' in run("show", "--json").out
