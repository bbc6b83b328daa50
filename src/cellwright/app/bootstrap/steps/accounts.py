"""The accounts of the fleet: from the organisation, or named by hand, a file in `accounts/` for each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.bootstrap.account_files import (
    AccountFile,
    account_files,
    account_level,
    own_organization,
    partition_of,
    write_account,
)
from cellwright.app.bootstrap.answers import CELL, FILE
from cellwright.app.bootstrap.settings import SettingsFile
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Look, Question, Standing, to_do
from cellwright.app.bootstrap.unused_examples import remove_examples, unused_examples
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, warning
from cellwright.model.position import Position

SOURCES = ("organization", "control-tower", "aft", "files")
ROLES = {
    "organization": "OrganizationAccountAccessRole",
    "control-tower": "AWSControlTowerExecution",
    "aft": "AWSAFTExecution",
    "files": "OrganizationAccountAccessRole",
}
"""The role that each of them makes in an account."""
_CORE = frozenset({"log-archive", "audit", "aft-management"})
"""Accounts that Control Tower makes for itself: no client lives there."""
_ACCOUNT_ID = re.compile(r"[0-9]{12}\Z")
_NAME_LENGTH = 28


@dataclass(frozen=True, slots=True)
class Accounts:
    """Writes `accounts/*.yaml`; those that are there already stay as they are."""

    name: str = "accounts"
    title: str = "The accounts of the fleet, a file each"

    def questions(self, site: Site) -> Sequence[Question]:
        """Where accounts are taken from, where the tools live, and by which role each is reached."""
        source = site.answers.text("accounts.from")
        if not source:
            source = "organization" if site.cloud.organization() else "files"
        return (
            Question("region", "The region of the fleet's own tools and states", "us-east-1"),
            Question("account_id", "The account that holds them", site.cloud.identity().account),
            Question("accounts.from", "Where the other accounts are taken from", source, choices=SOURCES),
            Question(
                "accounts.role",
                "The role by which each account is reached; it has to be there already",
                ROLES.get(source, ROLES["files"]),
            ),
        )

    def look(self, site: Site) -> Look:
        """Compare the files with what the accounts are."""
        examples = unused_examples(site)
        missing, others = _missing(site)
        says = [f"write {item.path}: account {item.account_id}, {item.way}" for item in missing]
        if changed := own_organization(site):
            says.append(f"name the organisation in the defaults: {changed['organization_id'] or 'none'}")
        if examples:
            says.append(f"remove the example cells that were never applied: {', '.join(examples)}")
        refused = tuple(_faults(site, (*missing, *others)))
        if not says:
            known = ", ".join(sorted(item.name for item in others)) or "none"
            return Look(standing=Standing.DONE, says=[f"accounts: {known}"], findings=refused)
        return to_do(*says, findings=refused)

    def act(self, site: Site) -> Sequence[str]:
        """Write what is missing, remove examples, and commit both."""
        with site.session.changing(site.talk.interrupts):
            removed = remove_examples(site)
            missing, _ = _missing(site)
            reachable = [item for item in missing if _fault_of(site, item) is None]
            paths = [write_account(site, item) for item in reachable]
            if changed := own_organization(site):
                paths += SettingsFile(site, f"defaults/{account_level(site).name}.yaml").put(changed)
            paths += _own_way(site)
            kept = {path for path in removed if not path.exists()}
            site.commit([*kept, *paths, site.answers.path], "Accounts of the fleet")
        left = len(missing) - len(reachable)
        told = [f"wrote {item.path}" for item in reachable]
        told += [f"removed {len(removed)} files of examples"] if removed else []
        return [*told, *([f"left out {left} whose role can't be taken"] if left else [])]


def _own_way(site: Site) -> Sequence[Path]:
    """Let the level of the bootstrap reach the tools' account as this machine does."""
    item = next((found for found in account_files(site) if found.name == CELL), None)
    if item is None or item.deployer is None:
        return ()
    return (site.answers.path,) if site.answers.put("deployer", item.deployer) else ()


def _missing(site: Site) -> tuple[list[AccountFile], list[AccountFile]]:
    """Give the accounts without a file, and those that have one."""
    present = {item.account_id: item for item in account_files(site)}
    wanted = _wanted(site)
    missing = [item for item in wanted if item.account_id not in present]
    return missing, list(present.values())


def _wanted(site: Site) -> list[AccountFile]:
    """Give the accounts that the fleet should have; the one with the tools first."""
    answers = site.answers
    region, tools = answers.text("region"), answers.text("account_id")
    role = answers.text("accounts.role")
    own = site.cloud.identity().account

    def file(name: str, account: str) -> AccountFile:
        # The caller is in its own account already.
        arn = None if account == own else f"arn:{partition_of(region)}:iam::{account}:role/{role}"
        return AccountFile(name=name, account_id=account, region=region, deployer=arn)

    if not _ACCOUNT_ID.match(tools):
        raise _no_id("account_id", tools)
    named = {account: name for name, account in _named(site).items() if account != tools}
    return [file(CELL, tools), *(file(name, account) for account, name in named.items())]


def _named(site: Site) -> Mapping[str, str]:
    """Give the accounts by name, as the organisation or a person names them."""
    answers = site.answers
    by_hand = answers.entries("accounts.named")
    for name, account in by_hand.items():
        if not _ACCOUNT_ID.match(account):
            raise _no_id(f"accounts.named.{name}", account)
    if answers.text("accounts.from") == "files":
        return by_hand
    only = answers.texts("accounts.only")
    found: dict[str, str] = {}
    for item in site.cloud.accounts():
        name = next((own for own, account in by_hand.items() if account == item.id), cell_name(item.name))
        if not item.active or item.management or (only and name not in only):
            continue
        if name in _CORE and name not in only:
            continue
        found[name if name not in found else f"{name[: _NAME_LENGTH - 5]}-{item.id[-4:]}"] = item.id
    unknown = [name for name in only if name not in found]
    if unknown:
        raise _bad(
            "accounts.only",
            f"the organisation has no active account {', '.join(unknown)}",
            "see `aws organizations list-accounts`",
        )
    return {**by_hand, **found}


def cell_name(name: str) -> str:
    """Make a cell's name of an account's."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return plain[:_NAME_LENGTH].strip("-") or "account"


def _faults(site: Site, accounts: Sequence[AccountFile]) -> Iterator[Diagnostic]:
    for item in accounts:
        if fault := _fault_of(site, item):
            yield warning(
                f"account {item.name} ({item.account_id}) can't be reached by {item.deployer}:"
                f" {fault.summary}",
                "make that role there, trusting the account that you are signed in to, or name another with"
                " --set accounts.role=NAME; the other accounts go on without it",
            )


def _fault_of(site: Site, item: AccountFile) -> Diagnostic | None:
    return site.cloud.role_fault(item.deployer) if item.deployer else None


def _no_id(key: str, given: str) -> DiagnosticError:
    return _bad(key, f"'{given}' is no account's id", "an id has twelve digits: 111122223333")


def _bad(key: str, why: str, advice: str) -> DiagnosticError:
    return DiagnosticError(error(f"{key}: {why}", advice, Position(FILE)))
