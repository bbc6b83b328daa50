"""The API's description, held against what the API does with what the description allows and forbids."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate

from cellwright.app.webhooks import manage
from cellwright.console.application import create_application
from unit.app.kit import ADA, make_run, put_under_git
from unit.console.bad_input.kit import begin_rollout
from unit.console.kit import TOKEN, make_services
from unit.console.rest.kit import TWO

PATH = "/api/v1/openapi.json"
STREAMS = {"/api/v1/events/stream", "/api/v1/runs/{run}/events"}
"""They don't end by themselves."""


@pytest.fixture
def application(tmp_path: Path) -> Iterator[FastAPI]:
    """An API with something behind each noun."""
    services = make_services(tmp_path, (), **TWO)
    put_under_git(tmp_path)
    with services.session as session:
        session.ledger(writing=True).recorder.start_run(make_run("run-1"))
        begin_rollout(session, ADA)
        manage.create_webhook(session, ADA, manage.WebhookRequest(name="team", url="https://example.com/"))
        yield create_application(services)


def test_it_is_valid_openapi_and_every_call_says_how_it_refuses(application: FastAPI) -> None:
    document = application.openapi()
    validate(document)
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            assert {"401", "403", "422"} <= set(call["responses"]), (method, path)
            assert call["security"] == [{"HTTPBearer": []}], (method, path)


def called(application: FastAPI, examples: int) -> int:
    """Send each call so many examples that the description allows, and as many that it forbids."""
    # Here, because it takes half a second and each worker imports this file.
    import schemathesis  # noqa: PLC0415
    from schemathesis.config import SchemathesisConfig  # noqa: PLC0415
    from schemathesis.specs.openapi import checks as openapi  # noqa: PLC0415

    checks = [
        schemathesis.checks.not_a_server_error,
        openapi.status_code_conformance,
        openapi.content_type_conformance,
        openapi.response_headers_conformance,
        openapi.response_schema_conformance,
    ]
    schema = schemathesis.openapi.from_asgi(PATH, application, config=SchemathesisConfig.from_dict({}))
    sent = 0
    for found in schema.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # one that is none raises
        if operation.path in STREAMS:
            continue
        for mode in schemathesis.GenerationMode:

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(
                max_examples=examples,
                database=None,
                deadline=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate],
            )
            def send(case: Any) -> None:  # noqa: ANN401  its type names private ones
                nonlocal sent
                sent += 1
                case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"}, checks=checks)

            send()
    return sent


def test_whatever_is_sent_is_answered_as_described(application: FastAPI) -> None:
    assert called(application, 1) > 80


@pytest.mark.long
def test_whatever_is_sent_at_length_is_answered_as_described(application: FastAPI) -> None:
    assert called(application, 150) > 5_000
