from golden.cli import explain_samples
from unit.cli.conftest import Place, Run


def test_one_input_is_one_object_and_all_inputs_are_a_list(run: Run, place: Place) -> None:
    place("app.fleet.explain.explain", explain_samples.EXPLAINED)
    one = run("explain", "client/acme/app", "replicas", "--json").document
    assert isinstance(one, dict)
    assert set(one) == {"unit", "input", "value", "chain", "followed", "taken"}
    every = run("explain", "client/acme/app", "--json").document
    assert isinstance(every, dict)
    assert every["inputs"] == [one]
