"""A plan file is held against what the ledger has on record of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.engine.plan_file import PlanBundle
from cellwright.engine.saved_plans import PLANS_SAVED, confirm_recorded, record_of
from cellwright.engine.unit.ports import BroughtPlan
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.fetched_module import FetchedModule
from cellwright.model.runs.run import Operation, RunUnit
from cellwright.planning.digest import Digester
from unit.engine.kit import APP, DIGESTER, NETWORK, RUN, Bench, make_run


def bundle() -> PlanBundle:
    return PlanBundle(
        Path("saved.plan"),
        "trial",
        RUN,
        (RunUnit(APP, Operation.APPLY), RunUnit(NETWORK, Operation.APPLY)),
        {
            APP: BroughtPlan(Path("0.tfplan"), "f-app", (), "sha-app"),
            NETWORK: BroughtPlan(Path("1.tfplan"), "f-network", (), "sha-network"),
        },
    )


@pytest.fixture
def saved(bench: Bench) -> Bench:
    bench.ledger.recorder.start_run(make_run())
    bench.ledger.recorder.append_event(bench.actor, PLANS_SAVED, RUN, "", record_of(bundle(), DIGESTER))
    return bench


def taken(bench: Bench, found: PlanBundle) -> bool:
    confirm_recorded(found, bench.ledger.reader, DIGESTER)
    return True


def refusal(bench: Bench, found: PlanBundle, digester: Digester = DIGESTER) -> str:
    with pytest.raises(DiagnosticError) as told:
        confirm_recorded(found, bench.ledger.reader, digester)
    return str(told.value)


def test_what_was_saved_is_taken(saved: Bench) -> None:
    assert taken(saved, bundle())


def test_a_part_of_what_was_saved_is_taken(saved: Bench) -> None:
    whole = bundle()
    assert taken(saved, replace(whole, parts=whole.parts[:1]))


def test_a_plan_under_another_unit_s_name_is_refused(saved: Bench) -> None:
    honest = bundle()
    swapped = {APP: honest.plans[NETWORK], NETWORK: honest.plans[APP]}
    told = refusal(saved, replace(honest, plans=swapped))
    assert f"what it holds as the plan of {APP} is the plan of {NETWORK}" in told
    assert f"what it holds as the plan of {NETWORK} is the plan of {APP}" in told


def _with(**change: object) -> Callable[[PlanBundle], PlanBundle]:
    def changed(honest: PlanBundle) -> PlanBundle:
        return replace(honest, plans={**honest.plans, APP: replace(honest.plans[APP], **change)})  # type: ignore[arg-type]

    return changed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_with(sha256="another"), "is not the one that was saved"),
        (_with(fingerprint="of now"), "is not what was saved"),
        (_with(modules=(FetchedModule("m", "s", "", "commit", "1"),)), "is not what was saved"),
        (
            lambda honest: replace(honest, parts=(RunUnit(APP, Operation.DESTROY),)),
            "is not what was saved",
        ),
        (lambda honest: replace(honest, fleet="another"), "is not what was saved"),
        (
            lambda honest: replace(
                honest,
                parts=(RunUnit(replace(APP, cell="other"), Operation.APPLY),),
                plans={replace(APP, cell="other"): honest.plans[APP]},
            ),
            "has saved no plan of client/other/app",
        ),
        (lambda honest: replace(honest, run="20200101-000000-0000"), "was made with another ledger"),
    ],
    ids=["bytes", "fingerprint", "modules", "operation", "fleet", "unit", "ledger"],
)
def test_whatever_was_changed_is_refused_with_words(
    saved: Bench, change: Callable[[PlanBundle], PlanBundle], said: str
) -> None:
    told = refusal(saved, change(bundle()))
    assert said in told
    assert "cellwright plan -o FILE" in told


def test_a_run_that_saved_nothing_has_no_plan_to_apply(bench: Bench) -> None:
    bench.ledger.recorder.start_run(make_run())
    assert f"has saved no plan of {APP}" in refusal(bench, bundle())


def test_with_a_new_key_a_plan_is_to_be_made_again(saved: Bench) -> None:
    assert "the ledger's key has been renewed" in refusal(saved, bundle(), Digester(b"another key"))


def test_a_record_that_was_made_without_the_key_does_not_count(bench: Bench) -> None:
    bench.ledger.recorder.start_run(make_run())
    forged = {**record_of(bundle(), Digester(b"guessed")), "key": record_of(bundle(), DIGESTER)["key"]}
    bench.ledger.recorder.append_event("eve", PLANS_SAVED, RUN, "", forged)
    assert "is not what was saved" in refusal(bench, bundle())
