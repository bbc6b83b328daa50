"""The roles that the pipeline takes, by tokens of its own system; and who may take the deployers."""

from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.app.bootstrap.account_files import account_files, partition_of
from cellwright.app.bootstrap.answers import CELL, FILE, LEVEL
from cellwright.app.bootstrap.settings import SettingsFile
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Look, Question, done, to_do, unwanted, waits
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.value import Json

UNIT = f"{LEVEL}/{CELL}/ci"
KINDS = ("jenkins", "github", "gitlab")
DEFAULTS = "defaults/base.yaml"
_PRINCIPALS = "deployer_principals"
_GITHUB = "https://token.actions.githubusercontent.com"
_GITLAB = "https://gitlab.com"


@dataclass(frozen=True, slots=True)
class PipelineRoles:
    """Makes the roles, and writes who is trusted."""

    name: str = "ci"
    title: str = "The pipeline's roles, without a key anywhere"

    def questions(self, site: Site) -> Sequence[Question]:
        """Which system it is, and who its jobs are."""
        asked = [Question("ci.kind", "What carries out runs", "jenkins", choices=KINDS)]
        match site.answers.text("ci.kind"):
            case "github":
                asked.append(Question("ci.repository", "The fleet's repository there: ORG/REPO"))
                asked.append(Question("ci.environment", "The environment whose jobs apply", "production"))
            case "gitlab":
                asked.append(Question("ci.issuer", "Where GitLab is", _GITLAB))
                asked.append(Question("ci.repository", "The fleet's project there: GROUP/PROJECT"))
                asked.append(Question("ci.branch", "The protected branch whose jobs apply", "main"))
            case _:
                pass
        return asked

    def look(self, site: Site) -> Look:
        """Compare with what the files and the ledger say."""
        oidc = _oidc(site)
        if oidc is None:
            return unwanted(
                "Jenkins' agents run in AWS: the deployers will trust their own role (step jenkins)"
            )
        if not account_files(site):
            return waits("for step accounts")
        lacking = SettingsFile(site, FILE).lacks(_settings(site, oidc))
        if not lacking and not site.waiting(UNIT):
            return done(f"roles {_role(site, 'apply')} and {_role(site, 'plan')}")
        subjects = ", ".join(str(item) for item in oidc["apply_subjects"])  # type: ignore[union-attr]
        return to_do(
            f"make an identity provider for {oidc['issuer']} and the role {_role(site, 'apply')}",
            f"let exactly these take it: {subjects}",
            "let it take the deployers of all accounts, and nothing else",
        )

    def act(self, site: Site) -> Sequence[str]:
        """Write the settings, apply, and let the deployers trust the role."""
        oidc = _oidc(site)
        if oidc is None:
            return ()
        SettingsFile(site, FILE).settle(_settings(site, oidc), "The pipeline's roles")
        site.bring_up(UNIT)
        trust(site, _arn(site, _role(site, "apply")))
        return [f"applied {UNIT}"]


def trust(site: Site, *roles: str) -> bool:
    """Add roles to those that may take the deployers; tells whether any was new.

    Only a fleet whose defaults have the key is changed: in others IAM of each account decides by itself.
    """
    known = _principals(site)
    if known is None or not (lacking := untrusted(site, *roles)):
        return False
    wanted: list[Json] = [*known, *lacking]
    return SettingsFile(site, DEFAULTS).settle({_PRINCIPALS: wanted}, "Who may take the deployers")


def untrusted(site: Site, *roles: str) -> Sequence[str]:
    """Give those of the roles that may not take the deployers yet; whoever does this is among them.

    Whoever has begun it goes on: an empty list lets only the account itself in, one with a name only that.
    """
    known = _principals(site)
    if known is None:
        return ()
    return [role for role in dict.fromkeys([*_person(site), *roles]) if role not in known]


def _principals(site: Site) -> Sequence[str] | None:
    found = SettingsFile(site, DEFAULTS).get(_PRINCIPALS)
    return [str(item) for item in found] if isinstance(found, list | tuple) else None


def _person(site: Site) -> Sequence[str]:
    """Give the role or user with which this is done, as policies name it."""
    who = site.cloud.identity()
    resource = who.arn.split(":", 5)[-1]
    partition = partition_of(site.answers.text("region"))
    if resource.startswith("assumed-role/"):
        return (f"arn:{partition}:iam::{who.account}:role/{resource.split('/')[1]}",)
    if resource == "root" or resource.startswith("user/"):
        return (f"arn:{partition}:iam::{who.account}:root",)
    return ()


def _oidc(site: Site) -> dict[str, Json] | None:
    """Make the input `oidc` of the stack; None: no token is needed."""
    answers = site.answers
    repository = answers.text("ci.repository")
    match answers.text("ci.kind"):
        case "github":
            _refuse_bad(repository)
            apply = f"repo:{repository}:environment:{answers.text('ci.environment')}"
            return _input(_GITHUB, "sts.amazonaws.com", apply, f"repo:{repository}:pull_request")
        case "gitlab":
            _refuse_bad(repository)
            issuer = answers.text("ci.issuer") or _GITLAB
            branch = answers.text("ci.branch")
            return _input(issuer, issuer, f"project_path:{repository}:ref_type:branch:ref:{branch}")
        case _:
            issuer, subjects = answers.text("ci.issuer"), answers.texts("ci.subjects")
            return _input(issuer, "sts.amazonaws.com", *subjects) if issuer and subjects else None


def _input(issuer: str, audience: str, apply: str, *plan: str) -> dict[str, Json]:
    return {"issuer": issuer, "audience": audience, "apply_subjects": [apply], "plan_subjects": [*plan]}


def _refuse_bad(repository: str) -> None:
    if repository.count("/") < 1 or any(character in repository for character in "*?: "):
        raise DiagnosticError(
            error(f"'{repository}' names no repository", "write ORG/REPO, in full", Position(FILE))
        )


def _settings(site: Site, oidc: dict[str, Json]) -> dict[str, Json]:
    fleet, partition = site.fleet, partition_of(site.answers.text("region"))
    deployers: list[Json] = []
    for item in account_files(site):
        deployers.append(f"arn:{partition}:iam::{item.account_id}:role/{item.name}-deployer")
        deployers.append(f"arn:{partition}:iam::{item.account_id}:role/{fleet}/shared/clients/*")
    return {"stacks.ci.enabled": True, "stacks.ci.oidc": oidc, "stacks.ci.deployer_role_arns": deployers}


def _role(site: Site, kind: str) -> str:
    return f"{site.fleet}-ci-{kind}"


def _arn(site: Site, role: str) -> str:
    partition = partition_of(site.answers.text("region"))
    return f"arn:{partition}:iam::{site.answers.text('account_id')}:role/{role}"
