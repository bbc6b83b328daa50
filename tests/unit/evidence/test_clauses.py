"""The table of clauses: whole, each once, each topic one that there is."""

import pytest

from cellwright.evidence.clause import ADDRESSABLE, REQUIRED, STANDARD, Clause, Want
from cellwright.evidence.clauses.all_clauses import CLAUSES, SECTIONS
from cellwright.evidence.judging import Gap, Standing, gaps_of, judge
from cellwright.evidence.topics import BY_KEY, TOPICS

TWO = Clause(
    cite="164.000(a)",
    title="Two things",
    kind=REQUIRED,
    wants=(Want("grants", "no grant", "give one"), Want("refusals")),
    duty="the rest",
)
NONE = Clause(cite="164.000(b)", title="Not ours", kind=STANDARD, duty="all of it")


def test_each_clause_is_there_once_and_belongs_to_a_section() -> None:
    cites = [clause.cite for clause in CLAUSES]
    assert len(cites) == len(set(cites))
    assert {clause.section for clause in CLAUSES} == set(SECTIONS)
    assert {clause.kind for clause in CLAUSES} == {REQUIRED, ADDRESSABLE, STANDARD}


def test_every_clause_says_what_the_customer_does() -> None:
    assert all(clause.duty for clause in CLAUSES)
    assert all(bool(clause.product) == bool(clause.wants) for clause in CLAUSES)


def test_every_topic_is_asked_for_by_a_clause() -> None:
    asked = {want.topic for clause in CLAUSES for want in clause.wants}
    assert asked == set(BY_KEY)
    assert len(BY_KEY) == len(TOPICS)


def test_a_slug_is_a_part_of_a_file_name() -> None:
    slugs = [clause.slug for clause in CLAUSES]
    assert len(slugs) == len(set(slugs))
    assert all(slug.replace("-", "").replace(".", "").isalnum() for slug in slugs)


@pytest.mark.parametrize(
    ("counts", "standing", "gaps"),
    [
        ({"grants": 2}, Standing.SEEN, []),
        ({"refusals": 1}, Standing.PARTLY, ["no grant"]),
        ({}, Standing.GAP, ["no grant"]),
    ],
)
def test_a_clause_is_judged_by_what_is_there(
    counts: dict[str, int], standing: Standing, gaps: list[str]
) -> None:
    [found] = judge([TWO], counts)
    assert (found.standing, [gap.what for gap in found.gaps]) == (standing, gaps)


def test_what_may_not_have_happened_is_no_gap() -> None:
    quiet = Clause(cite="164.0", title="Quiet", kind=STANDARD, wants=(Want("refusals"),), duty="x")
    [found] = judge([quiet], {})
    assert (found.standing, found.gaps) == (Standing.NOTHING, ())


def test_what_is_not_ours_is_the_customers() -> None:
    [found] = judge([NONE], {"grants": 5})
    assert found.standing is Standing.CUSTOMER


def test_a_gap_stands_once_with_all_its_clauses_and_those_of_the_whole_come_first() -> None:
    other = Clause(cite="164.000(c)", title="As well", kind=REQUIRED, wants=TWO.wants, duty="x")
    found = gaps_of(judge([TWO, other], {}), [Gap("broken", "mend it")])
    assert found == (
        Gap("broken", "mend it"),
        Gap("no grant", "give one", ("164.000(a)", "164.000(c)")),
    )
