"""Runs moto: a request in, a response out; what moto lacks becomes a clear error response."""

import io
import logging
import threading
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module

from flask import Flask
from moto.backends import SERVICE_NAMES
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.model_instances import reset_model_data
from moto.core.request import Request as MotoRequest
from moto.core.routing import get_service_router
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import run_wsgi_app

from cellwright.sandbox.calls import AwsCall, Protocol, RestOperation
from cellwright.sandbox.error_responses import NOT_EMULATED, error_response
from cellwright.sandbox.http_messages import HttpRequest, HttpResponse
from cellwright.sandbox.patching.loader import apply_patches
from cellwright.sandbox.services.registration import register_services

log = logging.getLogger(__name__)

_FIRST_SERVER_ERROR = 500
_UNROUTED = {404, 405}

_MODEL_NAMES = {
    "access-analyzer": "accessanalyzer",
    "elasticfilesystem": "efs",
    "es": "opensearch",
    "ses": "sesv2",
    "aps": "amp",
    "execute-api": "apigatewaymanagementapi",
}
"""Services whose API model has another name than their signatures."""


class Emulator:
    """The emulated AWS: every account, every region, in this process's memory; one call at a time."""

    def __init__(self, loaded: Callable[[], object] = lambda: None) -> None:
        """Load nothing yet; `loaded` is called after the code of a service was, for its first call."""
        register_services()
        self._loaded = loaded
        self._application = DomainDispatcherApplication(self._application_of)
        # moto keeps everything in dictionaries and fails if one grows while another thread walks through it.
        # Its work is Python alone, of which one thread runs at a time anyway.
        self._turn = threading.Lock()

    def answer(self, request: HttpRequest, call: AwsCall) -> HttpResponse:
        """Carry out `call`. What moto lacks, or fails at, is answered at once by 501 and the call's name."""
        try:
            answer = self._run(request)
        except NotImplementedError as gap:
            return _not_emulated(call, str(gap))
        except Exception as failure:
            # Any failure inside moto, whatever its type, must become a response.
            log.exception("%s crashed", call)
            message = f"{call}: the emulator failed with {type(failure).__name__}: {failure}"
            return error_response(call.protocol, NOT_EMULATED, "SandboxCrash", message)
        if _is_unrouted(answer):
            return _not_emulated(call, "no such operation")
        if answer.status >= _FIRST_SERVER_ERROR:
            log.error("%s: moto answered %d %s", call, answer.status, answer.body[:500])
            return HttpResponse(NOT_EMULATED, answer.body, answer.headers)
        return answer

    def _run(self, request: HttpRequest) -> HttpResponse:
        environ = {**request.environ, "wsgi.input": io.BytesIO(request.body)}
        with self._turn:
            body, status, headers = run_wsgi_app(self._application, environ, buffered=True)
        return HttpResponse(int(status.split(maxsplit=1)[0]), b"".join(body), tuple(headers.items()))

    def _application_of(self, service: SERVICE_NAMES | None) -> Flask:
        application = _patched_application(service)
        self._loaded()
        return application


def reset() -> None:
    """Empty every account and region.

    moto's own reset creates each backend again, default images included, before it drops it. Only the few
    services with a `reset` of their own have more to clear.
    """
    used = BackendDict._instances  # type: ignore[misc]  # noqa: SLF001 - there is no other list of them
    for service in tuple(used):
        if service.backend.reset is not BaseBackend.reset:
            for _, _, backend in tuple(service.iter_backends()):
                backend.reset()
        service.clear()
    used.clear()
    reset_model_data()  # moto's list of all objects for its dashboard: they would stay in memory


def preload(services: Iterable[str]) -> None:
    """Import the code of services before their first call."""
    for service in services:
        import_module(f"moto.{service}.responses")


def rest_operation(service: str, request: HttpRequest) -> RestOperation | None:
    """Name a REST request by the service's own API model; None where there is none."""
    try:
        router = get_service_router(_model_name(service, request.path))
        operation, _ = router.match(MotoRequest(dict(request.environ)))
    except Exception:  # noqa: BLE001 - a request that no model knows fails in many ways; all mean "no name"
        return None
    protocol = Protocol.S3 if service == "s3" else Protocol(operation.service_model.metadata["protocol"])
    return RestOperation(operation.name, protocol)


def _model_name(service: str, path: str) -> str:
    if service == "s3" and path.startswith("/v20180820/"):
        return "s3control"
    if service == "apigateway" and path.startswith("/v2/"):
        return "apigatewayv2"
    return _MODEL_NAMES.get(service, service)


def _patched_application(service: SERVICE_NAMES | None) -> Flask:
    """Make moto's application for `service`, with our patches. Called once per service, at its first call."""
    if service is None:
        raise NotImplementedError("no such service")
    _patch("iam")
    _patch(service)
    return create_backend_app(service)


@cache
def _patch(service: str) -> None:
    """Apply the patches of a service once: they change classes, for as long as the process lives."""
    apply_patches(service)


def _is_unrouted(answer: HttpResponse) -> bool:
    return answer.status in _UNROUTED and answer.body[:15].lower() == b"<!doctype html>"


def _not_emulated(call: AwsCall, why: str) -> HttpResponse:
    message = f"{call}: the sandbox does not emulate this ({why})"
    log.warning(message)
    return error_response(call.protocol, NOT_EMULATED, "NotEmulated", message)
