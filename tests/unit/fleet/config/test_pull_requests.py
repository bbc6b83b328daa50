"""`console.pull_requests` of fleet.yaml: where changes are proposed, with a token by reference."""

from collections.abc import Sequence

import pytest

from cellwright.fleet.config.configuration import read_configuration
from cellwright.fleet.yaml.reader import read_document
from cellwright.model.settings.console_settings import ConsoleSettings
from cellwright.model.value import SecretReference

SECRETS = "secrets:\n  ci: {type: environment, allow: [FORGE_*]}\n"
GOOD = "kind: github, repository: acme/fleet, token: '${secret.ci.FORGE_TOKEN}'"


def read(settings: str) -> tuple[ConsoleSettings | None, Sequence[str]]:
    levels = "levels: [{name: client, cells: clients, stacks: {}}]\n"
    text = f"fleet: trial\n{levels}{SECRETS}console:\n  pull_requests: {{{settings}}}\n"
    configuration, findings = read_configuration(read_document(text, "fleet.yaml"), lambda _: False)
    return configuration.operating().console, [str(item) for item in findings]


def test_it_says_where_and_with_which_token() -> None:
    console, findings = read(GOOD)
    assert not findings
    assert console is not None
    assert console.pull_requests is not None
    assert console.pull_requests.url == "https://api.github.com"
    assert console.pull_requests.token == SecretReference("ci", "FORGE_TOKEN")
    console, findings = read(
        f"{GOOD.replace('github', 'gitlab')}, url: 'https://git.example.com/api/v4/', branch: trunk"
    )
    assert console is not None
    assert console.pull_requests is not None
    assert (console.pull_requests.url, console.pull_requests.branch) == (
        "https://git.example.com/api/v4",
        "trunk",
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (GOOD.replace("'${secret.ci.FORGE_TOKEN}'", "ghp_1234"), "'token' holds a secret itself"),
        (GOOD.replace("FORGE_TOKEN", "OTHER"), "does not allow 'OTHER'"),
        (GOOD.replace("acme/fleet", "fleet"), "owner/name"),
        (GOOD.replace("acme/fleet", "acme/../fleet"), "owner/name"),
        (GOOD.replace("acme/fleet", "'${cell.name}/x'"), ""),
        (GOOD.replace("github", "gitea"), "kind"),
        (f"{GOOD}, url: 'http://git.example.com'", "others could read along"),
        ("kind: github, repository: acme/fleet", "token"),
    ],
)
def test_a_fault_leaves_no_default_in_its_place(settings: str, said: str) -> None:
    console, findings = read(settings)
    assert console is None
    assert any(said in item for item in findings), findings
