"""Opens the host that fleet.yaml names."""

from collections.abc import Mapping

from cellwright.git.hosting import github, gitlab
from cellwright.git.hosting.port import HostApi, RepositoryHost
from cellwright.model.settings.console_settings import PullRequestSettings


def open_host(settings: PullRequestSettings, token: str, environment: Mapping[str, str]) -> RepositoryHost:
    """Give the host; nothing is asked yet."""
    is_github = settings.kind == "github"
    api = HostApi(
        url=settings.url,
        name="GitHub" if is_github else "GitLab",
        headers=(github if is_github else gitlab).headers_for(token),
        environment=environment,
        position=settings.position,
    )
    if is_github:
        return github.GitHub(api, settings.repository)
    return gitlab.GitLab(api, settings.repository)
