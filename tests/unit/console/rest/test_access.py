"""People, tokens and workers through the API."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cellwright.console.services import Services
from cellwright.ledger.leases import Holder
from cellwright.ledger.queue.workers import Worker
from unit.console.kit import TOKEN, make_services
from unit.console.people_kit import first_admin_in, form_token_of, people_services
from unit.console.rest.kit import TWO, VIEWER, program


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return people_services(tmp_path)


@pytest.fixture
def ada(services: Services) -> TestClient:
    """The first admin in a browser, whose requests hold its session's token."""
    client = first_admin_in(services)
    client.headers["x-csrf-token"] = form_token_of(client.get("/account").text)
    return client


def made(ada: TestClient, **body: object) -> dict[str, object]:
    answer = ada.post("/api/v1/tokens", json={"name": "pipeline", "days": 7, **body})
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_a_token_is_made_in_a_session_used_and_revoked(services: Services, ada: TestClient) -> None:
    token = made(ada, limits=[{"role": "viewer", "levels": ["client"]}])
    api = program(services, str(token["secret"]))
    assert api.get("/api/v1/me").json()["permissions"] == ["read"]
    assert api.post("/api/v1/tokens", json={"name": "another", "days": 7}).status_code == 409
    [listed] = ada.get("/api/v1/tokens").json()["tokens"]
    assert str(token["secret"]) not in str(listed)
    assert ada.delete(f"/api/v1/tokens/{listed['id']}").status_code == 204
    assert api.get("/api/v1/me").status_code == 401
    assert ada.delete(f"/api/v1/tokens/{listed['id']}").status_code == 409


def test_people_are_invited_in_a_session_and_never_by_a_token(services: Services, ada: TestClient) -> None:
    body = {"login": "grace", "name": "Grace Hopper", "grants": [{"role": "viewer"}]}
    made_one = ada.post("/api/v1/people", json=body, headers={"Idempotency-Key": "k"})
    assert made_one.status_code == 201, made_one.text
    found = made_one.json()
    assert (found["person"]["login"], found["person"]["grants"][0]["role"]) == ("grace", "viewer")
    assert "/welcome/" in found["link"]
    where = f"/api/v1/people/{found['person']['id']}"
    again = ada.post("/api/v1/people", json=body, headers={"Idempotency-Key": "k"})
    assert "/welcome/" not in again.text, "the link is in the first answer only"
    assert "/welcome/" in ada.post(f"{where}/link", json={}).json()["link"]
    assert ada.delete(f"{where}/second-factors").status_code == 409, "there are none"
    token = program(services, str(made(ada)["secret"]))
    assert token.post("/api/v1/people", json={**body, "login": "mallory"}).status_code == 409
    assert token.post(f"{where}/link", json={}).status_code == 409
    assert token.delete(f"{where}/second-factors").status_code == 409
    service = token.post("/api/v1/people", json={"login": "ci", "name": "CI", "service": True})
    assert (service.status_code, service.json()["link"]) == (201, None)


def test_roles_are_given_and_taken_by_whoever_manages_people(services: Services, ada: TestClient) -> None:
    [admin] = ada.get("/api/v1/people").json()["people"]
    where = f"/api/v1/people/{admin['id']}"
    given = ada.post(f"{where}/grants", json={"role": "approver", "cells": ["client/acme"], "reason": "x"})
    assert given.status_code == 201
    [grant] = [item for item in given.json()["grants"] if item["role"] == "approver"]
    assert grant["cells"] == ["client/acme"]
    assert ada.delete(f"{where}/grants/{grant['id']}").status_code == 204
    assert [item["role"] for item in ada.get(where).json()["grants"]] == ["admin"]
    assert ada.patch(where, json={"enabled": False}).status_code == 409, "the last admin stays"
    viewer = program(services, str(made(ada, limits=[{"role": "viewer"}])["secret"]))
    assert viewer.get("/api/v1/people").status_code == 403
    assert viewer.post(f"{where}/grants", json={"role": "admin"}).status_code == 403
    assert viewer.delete(f"{where}/grants/{grant['id']}").status_code == 403
    assert ada.get("/api/v1/people/none").status_code == 404


def test_a_worker_is_drained_once_by_an_administrator(tmp_path: Path) -> None:
    services = make_services(tmp_path, (), **TWO)
    process = Holder("host-1", 42, "then", "")
    worker = Worker(id="w1", kind="worker", process=process, labels={"tier": frozenset({"gold"})}, parallel=4)
    services.session.ledger(writing=True).workers.register(worker)
    api = program(services, TOKEN)
    [found] = api.get("/api/v1/workers").json()["workers"]
    assert (found["id"], found["labels"], found["units"]) == ("w1", {"tier": ["gold"]}, [])
    drained = api.post("/api/v1/workers/w1/drain", json={"reason": "upgrade"})
    assert drained.json()["drain_requested_by"] == "Ada Lovelace"
    assert api.post("/api/v1/workers/w1/drain", json={}).status_code == 409
    assert api.post("/api/v1/workers/none/drain", json={}).status_code == 404
    viewing = program(make_services(tmp_path, VIEWER, **TWO))
    assert viewing.get("/api/v1/workers").status_code == 200
    assert viewing.post("/api/v1/workers/w1/drain", json={}).status_code == 403
