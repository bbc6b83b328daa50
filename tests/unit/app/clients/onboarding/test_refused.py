"""An onboarding that was only begun is taken back once, by whoever sees that its run was refused."""

import pytest

from cellwright.app.clients.finishing import Offboardings
from cellwright.app.clients.onboarding import refused, taking_back
from cellwright.app.session.session import FleetSession
from cellwright.git.repository import Repository
from cellwright.model.runs.event import CLIENT_ONBOARDED, CLIENT_ONBOARDING, CLIENT_ONBOARDING_UNDONE
from cellwright.model.runs.run import RunStatus
from unit.app.clients.test_submit import Host, actions, press
from unit.app.clients.test_submit import session as session  # noqa: PLC0414  the fixture

UNDONE = [CLIENT_ONBOARDED, CLIENT_ONBOARDING, CLIENT_ONBOARDING_UNDONE]


@pytest.fixture(autouse=True)
def no(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody says no to every plan."""
    monkeypatch.setattr(refused, "refusal", lambda *_: "its plans were not approved")


def repository_of(session: FleetSession) -> Repository:
    repository = session.repository()
    assert repository is not None
    return repository


def onboarded(session: FleetSession, status: RunStatus = RunStatus.FAILED) -> str | None:
    """Onboard a client whose run ends; gives the commit before."""
    before = repository_of(session).head()
    made = press(session, Host())
    if status is not RunStatus.RUNNING:
        session.ledger(writing=True).recorder.finish_run(made.run, status)
    return before


def finish(session: FleetSession) -> None:
    Offboardings(session, lambda: session).finish()


def is_as_before(session: FleetSession, before: str | None) -> bool:
    repository = repository_of(session)
    return (
        repository.head() == before
        and not repository.dirty()
        and not (session.root / "clients/initech").exists()
    )


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.CANCELLED])
def test_a_server_takes_back_what_was_refused_and_once_only(session: FleetSession, status: RunStatus) -> None:
    before = onboarded(session, status)
    finish(session)
    finish(session)
    assert is_as_before(session, before)
    assert actions(session) == UNDONE


@pytest.mark.parametrize("status", [RunStatus.RUNNING, RunStatus.SUCCEEDED])
def test_nothing_is_taken_back_while_the_run_goes_on_or_when_it_ended_well(
    session: FleetSession, status: RunStatus
) -> None:
    before = onboarded(session, status)
    finish(session)
    assert repository_of(session).head() != before
    assert (session.root / "clients/initech").exists()


@pytest.mark.parametrize("step", ["take_back", "commit"])
def test_killed_in_between_it_goes_on(
    session: FleetSession, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = onboarded(session)
    if step == "commit":  # somebody has committed something else since
        (session.root / "notes.md").write_text("hello\n")
        repository_of(session).commit([session.root / "notes.md"], "Notes")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(taking_back, step, killed)
        with pytest.raises(KeyboardInterrupt):
            finish(session)
    assert not (session.root / "clients/initech").exists()

    finish(session)

    assert actions(session) == UNDONE
    assert not repository_of(session).dirty()
    assert step == "commit" or is_as_before(session, before)


def test_killed_before_it_is_recorded_it_is_recorded_later(
    session: FleetSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = onboarded(session)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    blocks = type(session.ledger(writing=True).blocks)
    with monkeypatch.context() as patched:
        patched.setattr(blocks, "withdraw", killed)
        with pytest.raises(KeyboardInterrupt):
            finish(session)
    finish(session)
    assert is_as_before(session, before)
    assert actions(session) == UNDONE


def test_settings_that_somebody_has_edited_since_stay(session: FleetSession) -> None:
    onboarded(session)
    settings = session.root / "clients/initech/client.yaml"
    settings.write_text("stacks: {app: {size: 9}}\n")
    finish(session)
    assert settings.read_text() == "stacks: {app: {size: 9}}\n"
    assert CLIENT_ONBOARDING_UNDONE not in actions(session)


def test_what_has_been_pushed_is_taken_back_by_a_commit(session: FleetSession) -> None:
    before = onboarded(session)
    repository = repository_of(session)
    made = repository.head()
    git = repository._git
    git("update-ref", "refs/remotes/origin/main", "HEAD").checked("")
    finish(session)
    assert repository.head() not in (before, made)
    assert not (session.root / "clients/initech").exists()
    assert actions(session) == UNDONE


def test_onboarded_again_after_a_failure_it_is_still_the_same_onboarding(session: FleetSession) -> None:
    before = onboarded(session)
    second = press(session, Host())
    session.ledger(writing=True).recorder.finish_run(second.run, RunStatus.FAILED)
    finish(session)
    assert is_as_before(session, before)
