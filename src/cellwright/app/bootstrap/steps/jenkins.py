"""Jenkins, made from the operator's own machine: from then on it makes everything else."""

from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.app.bootstrap.account_files import account_files
from cellwright.app.bootstrap.answers import CELL
from cellwright.app.bootstrap.settings import SettingsFile, said
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Look, Question, done, to_do, unwanted
from cellwright.app.bootstrap.steps import registry
from cellwright.app.bootstrap.steps.images import tag
from cellwright.app.bootstrap.steps.pipeline import trust
from cellwright.ledger.key import key_text, load_key
from cellwright.model.value import Json
from cellwright.planning.neighbour_flags import Relatives

UNIT = f"utility/{CELL}/jenkins"
FILE = f"accounts/{CELL}.yaml"
_DEPLOYERS = "stacks.jenkins.deployer_role_arns"


@dataclass(frozen=True, slots=True)
class JenkinsStack:
    """Switches utility/jenkins on in the tools' account and applies it with what it stands on."""

    name: str = "jenkins"
    title: str = "Jenkins, from this machine"

    def questions(self, site: Site) -> Sequence[Question]:
        """From where Jenkins reads the fleet, and under which name people reach it."""
        if site.answers.text("ci.kind") != "jenkins":
            return ()
        return (
            Question("jenkins.repository", "The fleet's repository, as Jenkins reaches it", _origin(site)),
            Question(
                "jenkins.host", "The name under which people reach Jenkins", f"jenkins.{CELL}.example.com"
            ),
        )

    def look(self, site: Site) -> Look:
        """Compare with what the files and the ledger say."""
        if site.answers.text("ci.kind") != "jenkins":
            return unwanted(f"{site.answers.text('ci.kind')} carries out runs")
        lacking = SettingsFile(site, FILE).lacks(_settings(site))
        if not lacking and not site.waiting(UNIT):
            return done(f"applied {UNIT}")
        return to_do(
            f"keep the key of the ledger's digests in Secrets Manager, as {_secret_name(site)}",
            *said(FILE, lacking),
            f"apply {UNIT} and what it stands on",
        )

    def act(self, site: Site) -> Sequence[str]:
        """Write the settings, apply, and let the deployers trust its agents."""
        secret = {"stacks.jenkins.agent_secrets": {"CELLWRIGHT_KEY": _keep_key(site)}}
        SettingsFile(site, FILE).settle({**_settings(site), **secret}, "Jenkins in the account of the tools")
        site.bring_up(UNIT, relatives=Relatives(upstreams=True))
        told = [f"applied {UNIT}"]
        role = site.output(UNIT, "role_arn")
        if isinstance(role, str) and trust(site, role):
            site.bring_up("base/*/account")
            told.append("the deployers trust its agents")
        return told


def _settings(site: Site) -> dict[str, Json]:
    settings: dict[str, Json] = {
        "stacks.jenkins.enabled": True,
        "stacks.jenkins.fleet_repository": site.answers.text("jenkins.repository"),
        "stacks.jenkins.agent_environment": {
            "CELLWRIGHT_REPOSITORY": site.answers.text("jenkins.repository")
        },
        "stacks.jenkins.host": site.answers.text("jenkins.host"),
    }
    if deployers := _deployers(site):
        settings[_DEPLOYERS] = deployers
    urls = site.output(registry.UNIT, "repository_urls")
    if isinstance(urls, dict):
        settings["stacks.jenkins.image"] = f"{urls['jenkins']}:{tag('jenkins')}"
        settings["stacks.jenkins.agent_image"] = f"{urls['agent']}:{tag('agent')}"
    return settings


def _deployers(site: Site) -> list[Json]:
    """Name the deployers of all accounts that have one, after those that the file names already."""
    known = {str(item.address) for item in site.statuses()}
    named = SettingsFile(site, FILE).get(_DEPLOYERS)
    present = [str(item) for item in named] if isinstance(named, list | tuple) else []
    made = [
        f"${{output.base/{item.name}/account.deployer_role_arn}}"
        for item in account_files(site)
        if item.account_wide and f"base/{item.name}/account" in known
    ]
    return [*dict.fromkeys([*present, *made])]


def _keep_key(site: Site) -> str:
    """Keep the fleet's key where agents get it from; it is in no file of the repository and in no event."""
    key = load_key(site.session.home.folder, site.session.environment)
    return site.cloud.keep_secret(_secret_name(site), key_text(key), site.answers.text("region"))


def _secret_name(site: Site) -> str:
    return f"{site.fleet}/cellwright-key"


def _origin(site: Site) -> str:
    repository = site.session.repository()
    return (repository.origin() or "") if repository is not None else ""
