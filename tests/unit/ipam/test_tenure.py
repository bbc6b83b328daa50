"""Who held what from when to when, folded from what files said commit by commit."""

from ipaddress import ip_network

from cellwright.ipam.tenure import Claim, CommitClaims, Moment, tenures


def claim(cell: str, block: str = "10.64.0.0/22") -> Claim:
    return Claim(cell, "clients", ip_network(block))


def moment(number: int) -> Moment:
    return Moment(f"c{number}", f"2026-11-{number:02}T00:00:00+00:00", "Ada", "why")


def said(number: int, **files: tuple[Claim, ...]) -> CommitClaims:
    return CommitClaims(moment(number), {path: frozenset(claims) for path, claims in files.items()})


def test_a_block_is_held_until_the_file_is_gone_and_then_by_the_next() -> None:
    acme, globex = claim("client/acme"), claim("client/globex")
    found = tenures([said(1, a=(acme,)), said(2, a=()), said(3, g=(globex,))], [globex])
    assert [(item.claim, item.since, item.until) for item in found] == [
        (acme, moment(1), moment(2)),
        (globex, moment(3), None),
    ]


def test_a_claim_that_moves_to_another_file_of_its_cell_goes_on() -> None:
    acme = claim("client/acme")
    found = tenures([said(1, a=(acme,)), said(2, a=(), b=(acme,)), said(3, b=())], [])
    assert [(item.since, item.until) for item in found] == [(moment(1), moment(3))]


def test_a_change_of_block_ends_one_tenure_and_begins_another() -> None:
    old, new = claim("client/acme"), claim("client/acme", "10.64.4.0/22")
    found = tenures([said(1, a=(old,)), said(2, a=(new,)), said(3, a=(old,))], [old])
    assert [(item.claim, item.since, item.until) for item in found] == [
        (old, moment(1), moment(2)),
        (new, moment(2), moment(3)),
        (old, moment(3), None),
    ]


def test_what_no_commit_knows_is_held_since_nobody_knows() -> None:
    (item,) = tenures([], [claim("client/acme")])
    assert (item.since, item.until) == (None, None)


def test_two_files_that_claim_the_same_need_both_to_let_go() -> None:
    acme = claim("client/acme")
    found = tenures([said(1, a=(acme,), b=(acme,)), said(2, a=())], [acme])
    assert [(item.since, item.until) for item in found] == [(moment(1), None)]
