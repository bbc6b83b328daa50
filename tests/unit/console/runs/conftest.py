"""A console over a fleet of two clients, with a real ledger."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from cellwright.access.roles import Grant
from cellwright.console import pages
from cellwright.console.discovery import found_in, navigation_of
from cellwright.console.rendering import Pages
from cellwright.console.services import Services
from cellwright.ledger.opening import Ledger
from unit.app.overview.seeds import ledger_of
from unit.console.kit import OneVisitor, browser, make_services, visitor_with


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    made = make_services(tmp_path, acme="{}\n", globex="{}\n")
    with made.session:
        yield made


@pytest.fixture
def ledger(services: Services) -> Ledger:
    return ledger_of(services.session)


@pytest.fixture
def client(services: Services) -> TestClient:
    return opened(services)


def opened(services: Services) -> TestClient:
    """Open a browser; templates are compiled once for all tests of this folder."""
    client = browser(services)
    assert isinstance(client.app, FastAPI)
    client.app.state.pages = _pages()
    return client


@cache
def _pages() -> Pages:
    return Pages(navigation_of(found_in(pages)))


def as_visitor(services: Services, *grants: Grant, name: str = "Ada Lovelace") -> TestClient:
    """Open a browser for somebody with these grants."""
    visitor = replace(visitor_with(*grants), name=name)
    actor = replace(visitor.actor, name=name)
    return opened(replace_visitors(services, OneVisitor(replace(visitor, actor=actor))))


def replace_visitors(services: Services, visitors: OneVisitor) -> Services:
    """The same fleet, visited by somebody else."""
    return Services(session=services.session, visitors=visitors, settings=services.settings)
