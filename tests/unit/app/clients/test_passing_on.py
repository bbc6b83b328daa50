"""A remote that refuses a push is heard; what it says of logins is left out."""

from pathlib import Path

from cellwright.app.clients.passing_on import head_of, pass_on
from unit.app.kit import make_fleet, open_session, put_under_git
from unit.git.origins import git


def test_what_a_remote_says_is_shown_without_logins(tmp_path: Path) -> None:
    root, remote = tmp_path / "fleet", tmp_path / "remote.git"
    make_fleet(root, acme="{}\n")
    put_under_git(root)
    git("init", "--quiet", "--bare", str(remote), cwd=tmp_path)
    git("remote", "add", "origin", str(remote), cwd=root)
    git("push", "--quiet", "--set-upstream", "origin", "HEAD", cwd=root)
    (remote / "hooks/pre-receive").write_text(
        "#!/bin/sh\necho 'see https://ada:hunter2@host/x' >&2\nexit 1\n"
    )
    (remote / "hooks/pre-receive").chmod(0o755)
    session = open_session(root)
    before = head_of(session)
    git("commit", "--quiet", "--allow-empty", "--message=More", cwd=root)

    passed = pass_on(session, before)

    assert passed is not None
    assert "remote: see https://host/x" in str(passed.fault)
    assert "hunter2" not in str(passed.fault)
