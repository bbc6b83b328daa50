"""A repository that is lost, comes back, or is rewritten while a server works with it."""

import shutil

from unit.app.session.repository.test_serving import Remote, remote, source
from unit.console.faults.kit import FILE, in_time, server_of
from unit.git.origins import git

__all__ = ["remote"]


def test_a_remote_that_is_gone_is_explained_until_it_is_back(remote: Remote) -> None:
    away = remote.folder / "away"
    with server_of(remote.folder, str(remote.bare)) as (served, _):
        shutil.move(remote.bare, away)
        answer = served.onboard()
        assert answer.status_code == 409
        assert "can&#39;t be fetched" in answer.text
        assert "check the address" in answer.text
        assert "can&#39;t be fetched" in served.page.get("/").text
        assert served.page.get("/cells/client/acme").status_code == 200
        assert served.is_well()
        assert (served.dirty(), served.runs()) == ((), 0)
        shutil.move(away, remote.bare)
        assert served.onboard().status_code == 303
        assert in_time(lambda: "can&#39;t be fetched" not in served.page.get("/").text)


def test_a_clone_that_is_gone_is_explained_until_it_is_back(remote: Remote) -> None:
    with server_of(remote.folder, str(remote.bare)) as (served, _):
        assert served.page.get("/cells/client/acme").status_code == 200
        clone = source(served.session).clone.folder
        away = clone.with_name("away")
        clone.rename(away)
        for path in ("/", "/cells/client/acme", "/onboard", "/runs", "/events"):
            answer = served.page.get(path)
            assert answer.status_code in {200, 404, 409, 503}, (path, answer.text)
        answer = served.onboard()
        assert answer.status_code == 409, answer.text
        assert "fleet.yaml" in answer.text or str(clone) in answer.text
        source(served.session).update(served.session)
        assert str(clone) in served.page.get("/").text
        # What was read of the commit before is still shown.
        assert served.api.get("/api/v1/check").status_code in {200, 409}
        assert served.is_well()
        if clone.exists():
            shutil.rmtree(clone)
        away.rename(clone)
        assert in_time(lambda: served.page.get("/cells/client/acme").status_code == 200)
        assert served.onboard().status_code == 303
        assert served.dirty() == ()
        assert f"{clone} can&#39;t be used" not in served.page.get("/").text


def test_a_rewritten_history_takes_no_commit_of_a_person_in_silence(remote: Remote) -> None:
    first = remote.head()
    with server_of(remote.folder, str(remote.bare)) as (served, _):
        assert served.onboard().status_code == 303
        lost = remote.head()
        remote.commit({"clients/globex.yaml": "{}\n"}, "--amend")
        source(served.session).update(served.session)
        page = served.page.get("/").text
        assert "was rewritten" in page
        assert "restart the server" in page
        answer = served.onboard(name="hooli")
        assert answer.status_code == 409
        assert "was rewritten" in answer.text
        assert served.page.get("/cells/client/initech").status_code == 200, "the last good state"
        assert served.is_well()
        clone = source(served.session).clone
    with server_of(remote.folder, str(remote.bare)) as (served, told):
        assert served.page.get("/cells/client/globex").status_code == 200
        assert not (served.session.root / FILE).exists()
        said = "\n".join(told)
        assert f"{lost[:12]} Ada Lovelace: Onboard client/initech" in said
        assert first != lost
        kept = git("for-each-ref", "--format=%(objectname)", "refs/cellwright/replaced", cwd=clone.folder)
        assert kept.split() == [lost]
