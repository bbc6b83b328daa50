from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.model.diagnostic import DiagnosticError
from cellwright.stacks.source.address import GitSource, LocalSource, StackSource, parse_source

HTTPS = "https://git.example.com/infra/ecs.git"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("../stacks/base/network", LocalSource("../stacks/base/network")),
        ("./app", LocalSource("./app")),
        ("app", LocalSource("app")),
        ("/srv/stacks/app", LocalSource("/srv/stacks/app")),
        ("with space/and?mark", LocalSource("with space/and?mark")),
        (f"git::{HTTPS}", GitSource(HTTPS)),
        (f"git::{HTTPS}//stack?ref=v2.1.0", GitSource(HTTPS, "stack", "v2.1.0")),
        (f"git::{HTTPS}//a/b/?ref=feature/x&depth=1", GitSource(HTTPS, "a/b", "feature/x")),
        (f"git::{HTTPS}//?ref=refs/tags/v1", GitSource(HTTPS, "", "refs/tags/v1")),
        (f"git::{HTTPS}?ref=v1%2B2", GitSource(HTTPS, "", "v1+2")),
        ("git::ssh://git@example.com:22/x.git//y", GitSource("ssh://git@example.com:22/x.git", "y")),
        ("git::git@example.com:x/y.git//z?ref=v1", GitSource("git@example.com:x/y.git", "z", "v1")),
        ("git@example.com:x/y.git", GitSource("git@example.com:x/y.git")),
        ("github.com/x/y//z?ref=v1", GitSource("https://github.com/x/y", "z", "v1")),
        ("git::file:///srv/x.git//y", GitSource("file:///srv/x.git", "y")),
        ("git::/srv/x.git//y", GitSource("/srv/x.git", "y")),
        ("git::alias:x/y.git", GitSource("alias:x/y.git")),
        ("git::../x.git//y?ref=main", GitSource("../x.git", "y", "main")),
    ],
)
def test_sources(text: str, source: StackSource) -> None:
    assert parse_source(text) == source


def test_a_version_replaces_the_ref() -> None:
    assert parse_source(f"git::{HTTPS}//s?ref=v1", "v2") == GitSource(HTTPS, "s", "v2")
    assert parse_source(f"git::{HTTPS}//s", "v2") == GitSource(HTTPS, "s", "v2")


@pytest.mark.parametrize(
    ("text", "version", "finding"),
    [
        ("", None, "a stack's source is empty"),
        ("  ", None, "a stack's source is empty"),
        ("a\0b", None, "is no path"),
        ("../stacks/app", "v2", "is a folder and has no version 'v2'"),
        ("https://example.com/x.zip", None, "can't come from 'https:'"),
        ("s3::https://example.com/x", None, "can't come from 's3:'"),
        ("C:\\stacks", None, "can't come from 'C:'"),
        ("git::", None, "no address"),
        ("git::?ref=v1", None, "no address"),
        ("git::--upload-pack=x", None, "no address"),
        ("git::ext::sh -c x", None, "git does not come by"),
        ("git::ext://x", None, "git does not come by 'ext:' here; write"),
        ("git::htps://example.com/x", None, "git does not come by 'htps:' here; write https://"),
        (f"git::{HTTPS}//../x", None, "'../x' is no folder of a repository"),
        (f"git::{HTTPS}//a//b", None, "'a//b' is no folder"),
        (f"git::{HTTPS}?ref=", None, "'' can't be a git ref"),
        (f"git::{HTTPS}?ref=-x", None, "'-x' can't be a git ref"),
        (f"git::{HTTPS}?ref=a..b", None, "can't be a git ref"),
        (f"git::{HTTPS}?ref=a b", None, "can't be a git ref"),
        (f"git::{HTTPS}", "--x", "can't be a git ref"),
        (f"git::{HTTPS}", "", "can't be a git ref"),
        (f"git::{HTTPS}?reff=v1", None, "'?reff=', which is not known; only ?ref=TAG is"),
        (f"git::{HTTPS}?sshkey=abc", None, "'?sshkey='"),
        ("git::https://[x/y", None, "malformed"),
    ],
)
def test_what_is_no_source(text: str, version: str | None, finding: str) -> None:
    with pytest.raises(DiagnosticError) as refusal:
        parse_source(text, version)
    (diagnostic,) = refusal.value.diagnostics
    assert finding in str(diagnostic)
    assert diagnostic.detail


@pytest.mark.parametrize("user", ["me:hunter2", ":hunter2", "hunter2"])
def test_credentials_are_refused_and_not_repeated(user: str) -> None:
    with pytest.raises(DiagnosticError, match="holds credentials") as refusal:
        parse_source(f"git::https://{user}@example.com/x.git")
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    "source", [GitSource(HTTPS), GitSource(HTTPS, "a/b", "v1"), GitSource("git@example.com:x/y.git", "z")]
)
def test_a_git_source_reads_as_it_is_written(source: GitSource) -> None:
    assert parse_source(f"git::{source}") == source


@given(st.text(), st.none() | st.text())
def test_any_text_is_a_source_or_refused(text: str, version: str | None) -> None:
    for prefix in ("", "git::", f"git::{HTTPS}//"):
        with suppress(DiagnosticError):
            assert str(parse_source(prefix + text, version))
