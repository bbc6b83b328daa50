"""The commands of rollouts do and say the same, whether they ask a server or the fleet's folder."""

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from cellwright.api.runs import rollouts as document
from cellwright.app.rollouts.status import view_of
from cellwright.app.rollouts.task import from_json
from cellwright.cli import exit_codes
from cellwright.cli.main import main
from cellwright.engine.approval import Uninterrupted
from cellwright.model.runs.run import RunStatus
from cellwright.remote import rollouts
from cellwright.remote.client import ApiClient
from cellwright.rollout.state import Phase, RolloutStatus
from patience import PATIENCE
from unit.app.rollouts.kit import begin, end_runs, settle
from unit.console.rollouts.kit import make_services
from unit.remote.conftest import Served, serving

APPROVED = """\
freezes: [{cells: "ring=late", from: 2026-01-01, to: 2126-01-02, reason: a very long night}]
rollouts:
  standard: {waves: [{name: first, cells: "ring=canary", bake: 1h}, {name: rest, cells: "*"}]}
  plain: {cells: "ring=canary", waves: [{name: all, cells: "*", max_parallel: 3, failure_mode: soft}]}
  asks: {waves: [{name: all, cells: "*", before: [approval]}]}
"""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A fleet of three cells with rollouts."""
    root = tmp_path / "fleet"
    with serving(root, make_services(root, APPROVED), monkeypatch) as found:
        yield found


def said(capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str]:
    code = main(command)
    return code, "".join(capsys.readouterr())


def same(served: Served, capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str]:
    """Run a command that only looks, or is refused, in the folder and on the server."""
    for form in (("--json",), ()):
        here = said(capsys, *command, *form)
        assert said(capsys, *command, *form, "--server", served.address) == here, command
    return here


def test_what_is_shown_is_the_same(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    session = served.services.session
    assert same(served, capsys, "rollout") == (exit_codes.DONE, "no rollouts yet\n")
    assert same(served, capsys, "rollout", "status", "--format", "markdown")[0] == exit_codes.FINDINGS
    code, text = same(served, capsys, "rollout", "simulate", "standard")
    assert (code, "at worst 1 of 3 cells" in text) == (exit_codes.DONE, True)
    assert "a very long night" in text
    assert same(served, capsys, "rollout", "simulate", "none")[0] == exit_codes.FINDINGS
    rollout = begin(session, "standard").record.id
    settle(session, rollout)
    same(served, capsys, "rollout", "status", rollout)
    end_runs(session, rollout, RunStatus.FAILED)
    assert "its run failed" in same(served, capsys, "rollout", "status", rollout)[1]
    assert rollout in same(served, capsys, "rollout", "status")[1]
    assert "| first |" in same(served, capsys, "rollout", "status", "--format", "markdown")[1]
    for refused in ("pause", "resume", "halt", "expedite", "approve"):
        asked = (rollout, "--reason", "why", *(("--yes",) if refused in ("resume", "approve") else ()))
        assert same(served, capsys, "rollout", refused, *asked)[0] == exit_codes.FINDINGS, refused
    for missing in ("status", "pause", "retry", "cancel", "rollback", "reject"):
        end = ("--yes",) if missing in ("retry", "rollback") else ()
        assert same(served, capsys, "rollout", missing, "none", *end)[0] == exit_codes.FINDINGS, missing


def test_what_is_asked_is_the_visitors(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    session, server = served.services.session, ("--server", served.address)
    reason = ("--reason", "a new default")
    code, text = said(capsys, "rollout", "start", "asks", "--yes", "--detach", *reason, *server)
    assert (code, "has begun" in text) == (exit_codes.DONE, True), text
    [begun] = session.ledger().rollouts.newest(1)
    assert (begun.made_by, begun.reason, begun.strategy) == ("Ada Lovelace", "a new default", "asks")
    settle(session, begun.id)
    # Nobody carries it out: it waits for a person, so whoever follows it is let go.
    code, text = said(capsys, "rollout", "resume", begun.id, "--yes", *server)
    assert (code, "before wave all: approval" in text) == (exit_codes.DONE, True), text
    approved = said(capsys, "rollout", "approve", begun.id, "--yes", "--detach", "--reason", "seen", *server)
    assert approved[0] == exit_codes.DONE, approved
    for action in ("pause", "resume", "halt"):
        end = ("--detach",) if action == "resume" else ()
        assert said(capsys, "rollout", action, begun.id, *end, *server)[0] == exit_codes.DONE, action
    end_runs(session, begun.id, RunStatus.FAILED)
    code, text = said(capsys, "rollout", "retry", begun.id, "--detach", *server)
    assert (code, "running" in text) == (exit_codes.DONE, True), text
    assert said(capsys, "rollout", "cancel", begun.id, *server)[0] == exit_codes.DONE
    assert end_runs(session, begun.id, RunStatus.FAILED).state.status is RolloutStatus.CANCELLED
    actions = [event.action for event in session.ledger().reader.events(subject=begun.id)]
    assert {"rollout.step_approved", "rollout.retried", "rollout.cancel_requested"} <= set(actions)


def test_a_rollout_that_is_over_has_the_same_exit_code(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    session, server = served.services.session, ("--server", served.address)
    rollout = begin(session, "standard").record.id
    settle(session, rollout)
    end_runs(session, rollout, RunStatus.FAILED)
    refused = said(capsys, "rollout", "resume", rollout, "--yes", *server)
    assert refused[0] == exit_codes.FINDINGS
    before = session.ledger().rollouts.newest(9)
    for command in (("start", "asks"), ("retry", rollout), ("approve", rollout), ("rollback", rollout)):
        refused = said(capsys, "rollout", *command, "--yes", "--parallel", "2", *server)
        assert (refused[0], "leave out" in refused[1]) == (exit_codes.FINDINGS, True), refused
    assert session.ledger().rollouts.newest(9) == before


@pytest.mark.parametrize(("phase", "asked"), [(Phase.WAITING, 1), (Phase.RUNNING, 3)])
def test_what_waits_is_asked_again_only_while_runs_are_at_work(
    served: Served, monkeypatch: pytest.MonkeyPatch, phase: Phase, asked: int
) -> None:
    monkeypatch.setattr(rollouts, "_LOOK", 0)
    session = served.services.session
    record = begin(session, "plain").record
    summary = document.summary(record.summary)
    shown = view_of(record, ())
    whole, progress = document.without_cells(shown), document.rollout(shown)["progress"]
    gets: list[tuple[str, ...]] = []

    def get(*path: str, **_: object) -> object:
        gets.append(path)
        looks = gets.count(("rollouts", record.id, "summary"))
        over = {"status": RolloutStatus.CANCELLED.value} if looks > 3 * rollouts._QUIET + 1 else {}
        return {**(summary if path[-1] == "summary" else whole), "cells": {phase.value: 1}, **over}

    client = SimpleNamespace(get=get, pages=lambda *_, **__: [{"cells": progress}])
    found = rollouts.follow(cast("ApiClient", client), record.id, Uninterrupted(), lambda _: None)
    assert found.record.state.status is RolloutStatus.CANCELLED
    assert gets.count(("rollouts", record.id)) == asked + 1, "the last one shows how it ended"


def test_a_rollout_is_followed_until_it_is_over(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    session = served.services.session
    stop = threading.Event()

    def carry_out() -> None:
        while not stop.wait(0.1):
            for found in session.ledger().rollouts.newest(1):
                settle(session, found.id)
                end_runs(session, found.id)

    thread = threading.Thread(target=carry_out)
    thread.start()
    try:
        command = ("rollout", "start", "plain", "--yes", "--server", served.address)
        code, text = said(capsys, *command)
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert (code, "✓ completed" in text, "1 of 1 cells" in text) == (exit_codes.DONE, True, True), text
    [record] = session.ledger().rollouts.newest(1)
    assert from_json(session.ledger().rollouts.find(record.id).task).approved_how == "api"
