"""The registry of the pipeline's own images."""

from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.app.bootstrap.account_files import account_files
from cellwright.app.bootstrap.answers import CELL, FILE, LEVEL
from cellwright.app.bootstrap.settings import SettingsFile
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Look, Question, done, to_do, unwanted
from cellwright.model.value import Json

UNIT = f"{LEVEL}/{CELL}/registry"


@dataclass(frozen=True, slots=True)
class Registry:
    """Makes a repository for each image."""

    name: str = "registry"
    title: str = "A registry for the images of Jenkins and its agents"

    def questions(self, site: Site) -> Sequence[Question]:
        """Nothing more has to be known."""
        del site
        return ()

    def look(self, site: Site) -> Look:
        """Compare with what the files and the ledger say."""
        if site.answers.text("ci.kind") != "jenkins":
            return unwanted(f"{site.answers.text('ci.kind')} has its own runners and images")
        if not SettingsFile(site, FILE).lacks(_settings(site)) and not site.waiting(UNIT):
            return done(f"images lie in {site.output(UNIT, 'registry')}")
        return to_do(
            "make repositories for the images jenkins and agent: tags can't be moved, each push is scanned"
        )

    def act(self, site: Site) -> Sequence[str]:
        """Write the settings and apply."""
        SettingsFile(site, FILE).settle(_settings(site), "The registry of images")
        site.bring_up(UNIT)
        return [f"applied {UNIT}"]


def _settings(site: Site) -> dict[str, Json]:
    tools = site.answers.text("account_id")
    accounts = {item.account_id for item in account_files(site)}
    others: list[Json] = [*sorted(accounts - {tools})]
    return {"stacks.registry.enabled": True, "stacks.registry.pull_account_ids": others}
