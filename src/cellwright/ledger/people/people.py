"""All that a ledger knows of people, in one place."""

from dataclasses import dataclass

from cellwright.ledger.database.database import Database
from cellwright.ledger.people.attempts import Attempts
from cellwright.ledger.people.authenticators import Authenticators
from cellwright.ledger.people.directory import Directory
from cellwright.ledger.people.identities import Identities
from cellwright.ledger.people.links import Links
from cellwright.ledger.people.passkeys import Passkeys
from cellwright.ledger.people.sessions import Sessions
from cellwright.ledger.people.standing import Standing
from cellwright.ledger.people.steps import Steps
from cellwright.ledger.people.tokens import Tokens


@dataclass(frozen=True, slots=True)
class People:
    """The people of a ledger, in parts that share its database."""

    database: Database

    @property
    def directory(self) -> Directory:
        """Who they are, and their passwords."""
        return Directory(self.database)

    @property
    def standing(self) -> Standing:
        """What they may do."""
        return Standing(self.database)

    @property
    def links(self) -> Links:
        """One-time links."""
        return Links(self.database)

    @property
    def sessions(self) -> Sessions:
        """Where they have signed in."""
        return Sessions(self.database)

    @property
    def tokens(self) -> Tokens:
        """Tokens for the API."""
        return Tokens(self.database)

    @property
    def attempts(self) -> Attempts:
        """What was tried too often."""
        return Attempts(self.database)

    @property
    def passkeys(self) -> Passkeys:
        """Their passkeys."""
        return Passkeys(self.database)

    @property
    def authenticators(self) -> Authenticators:
        """Their authenticator apps and recovery codes."""
        return Authenticators(self.database)

    @property
    def identities(self) -> Identities:
        """Who they are at providers of OpenID Connect."""
        return Identities(self.database)

    @property
    def steps(self) -> Steps:
        """Their sign-ins that are under way."""
        return Steps(self.database)
