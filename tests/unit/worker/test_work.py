"""What a worker takes, as it is written on the command line."""

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.worker.work import labels_of


def test_a_label_has_one_or_more_values() -> None:
    assert labels_of(["account=one, two", "tier=gold"]) == {
        "account": frozenset({"one", "two"}),
        "tier": frozenset({"gold"}),
    }
    assert labels_of([]) == {}


@pytest.mark.parametrize("texts", [["account"], ["=one"], ["account="], ["account= ,"], ["a=1", "a=2"]])
def test_what_is_no_label_is_refused(texts: list[str]) -> None:
    with pytest.raises(DiagnosticError, match="is no label"):
        labels_of(texts)
