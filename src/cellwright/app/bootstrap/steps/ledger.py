"""A ledger for everybody: a database of the fleet's own, or another one; what was recorded comes along."""

from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.app.bootstrap.answers import CELL
from cellwright.app.bootstrap.settings import SettingsFile
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Look, Question, Standing, done, to_do, unwanted
from cellwright.app.history.ledger_move import LedgerMoveRequest, ledger_move
from cellwright.app.session.home import THROUGH_VARIABLE
from cellwright.fleet.fleet import FLEET_FILE, LedgerSettings
from cellwright.ledger.moving import is_left_open
from cellwright.model.diagnostic import warning
from cellwright.model.value import Json

UNIT = f"utility/{CELL}/ledger"
FILE = f"accounts/{CELL}.yaml"
_DATABASE, _URL, _LOCAL = "database", "url", "local"


@dataclass(frozen=True, slots=True)
class SharedLedger:
    """Makes the database if that is wanted, moves the ledger, and writes where it is into fleet.yaml."""

    name: str = "ledger"
    title: str = "A ledger that every clone finds"

    def questions(self, site: Site) -> Sequence[Question]:
        """Whether the fleet makes a database, has one, or keeps the file of this machine."""
        asked = [
            Question(
                "ledger.kind",
                "A database that the fleet makes, another one (url), or the file on this machine (local)",
                _DATABASE,
                choices=(_DATABASE, _URL, _LOCAL),
            )
        ]
        if site.answers.text("ledger.kind") == _URL:
            asked.append(
                Question("ledger.url", "Its URL, without a password: postgresql://USER@HOST:5432/NAME")
            )
            asked.append(
                Question(
                    "ledger.password_variable",
                    "The environment variable that holds the password",
                    "CELLWRIGHT_LEDGER_PASSWORD",
                )
            )
        return asked

    def look(self, site: Site) -> Look:
        """Look which ledger fleet.yaml names, and whether its database is there."""
        named = SettingsFile(site, FLEET_FILE).get("ledger.url")
        if isinstance(named, str):
            return _named(site, named.partition("?")[0])
        match site.answers.text("ledger.kind"):
            case "local":
                return unwanted("it stays on this machine: right for one person, wrong for a pipeline")
            case "url":
                url = site.answers.text("ledger.url").partition("?")[0]
                return to_do(f"move what was recorded into {url}", f"write `ledger:` into {FLEET_FILE}")
            case _:
                return _database(site)

    def act(self, site: Site) -> Sequence[str]:
        """Make the database, and move the ledger where it can be reached."""
        told = []
        if site.answers.text("ledger.kind") == _DATABASE:
            SettingsFile(site, FILE).settle(_switched_on(), "A database for the ledger")
            if site.bring_up(UNIT):
                told.append(f"applied {UNIT}")
            if not site.session.environment.get(THROUGH_VARIABLE):
                return [
                    *told,
                    f"the database is private: what to do next is shown by `bootstrap status` ({UNIT})",
                ]
        through = site.session.environment.get(THROUGH_VARIABLE, "")
        moved = ledger_move(
            site.session,
            site.actor,
            LedgerMoveRequest(to=_settings(site), through=through, reason=site.why),
        )
        return [*told, f"moved {moved.rows} rows into {moved.target}", f"closed {moved.source}"]


def _named(site: Site, place: str) -> Look:
    if is_left_open(site.session.home.ledger_url(None, {})):
        return to_do(f"close the former ledger on this machine: it was moved into {place}")
    return done(f"the ledger lies in {place}")


def _database(site: Site) -> Look:
    if SettingsFile(site, FILE).lacks(_switched_on()) or site.waiting(UNIT):
        return to_do(f"make a private PostgreSQL with {UNIT}, which takes ten to twenty minutes")
    if site.session.environment.get(THROUGH_VARIABLE):
        return to_do(f"move the ledger into it through {THROUGH_VARIABLE}", f"name it in {FLEET_FILE}")
    return _by_hand(site)


def _switched_on() -> dict[str, Json]:
    return {"stacks.ledger.enabled": True}


def _settings(site: Site) -> LedgerSettings:
    if site.answers.text("ledger.kind") == _URL:
        variable = site.answers.text("ledger.password_variable")
        return LedgerSettings(url=site.answers.text("ledger.url"), password_variable=variable or None)
    host, port = site.output(UNIT, "endpoint"), site.output(UNIT, "port")
    database, writer = site.output(UNIT, "database"), site.output(UNIT, "writer")
    url = f"postgresql://{writer}@{host}:{port}/{database}?sslmode=verify-full&sslrootcert=system"
    return LedgerSettings(url=url, iam=site.answers.text("region"))


def _by_hand(site: Site) -> Look:
    """Say how a private database is reached, and what is done in it once."""
    host, database = site.output(UNIT, "endpoint"), site.output(UNIT, "database")
    owner, writer = site.output(UNIT, "owner"), site.output(UNIT, "writer")
    found = warning(
        f"the database {host} is private, so this machine has to reach it through a tunnel once",
        "open one (docs/first-deployment.md, the ledger); as the owner, whose password is in the secret"
        f" {site.output(UNIT, 'secret_arn')}: cellwright ledger init --roles --writer {writer}, and in psql"
        f" GRANT rds_iam TO {writer}; then set {THROUGH_VARIABLE}=postgresql://{owner}:PASSWORD@127.0.0.1:5432/{database}"
        " for this command alone",
    )
    return Look(standing=Standing.BY_HAND, says=[f"move the ledger into {host}"], findings=[found])
