"""Handles every request: administration, faults and counts, then the emulator."""

import json
import os
import time
from collections.abc import Callable
from http import HTTPStatus

from cellwright.sandbox.calls import AwsCall, RestNaming, identify_call
from cellwright.sandbox.error_responses import error_response
from cellwright.sandbox.faults import ADMIN_PATH, Fault
from cellwright.sandbox.http_messages import HttpRequest, HttpResponse, json_response
from cellwright.sandbox.traffic import Traffic

Emulate = Callable[[HttpRequest, AwsCall], HttpResponse]


class Gateway:
    """Answers every request that reaches the sandbox; called from many threads at once."""

    def __init__(self, emulate: Emulate, name_rest: RestNaming, reset: Callable[[], None]) -> None:
        self._emulate = emulate
        self._name_rest = name_rest
        self._reset = reset
        self._traffic = Traffic()

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer one request; an AWS call is counted, and gets the fault that is due for it."""
        if request.path.startswith(ADMIN_PATH):
            return self._administer(request)
        call = identify_call(request, self._name_rest)
        fault = self._traffic.next_fault(call)
        answer = (fault and _faulty_response(fault, call)) or self._emulate(request, call)
        self._traffic.record(call, failed=answer.status >= HTTPStatus.BAD_REQUEST)
        return answer

    def _administer(self, request: HttpRequest) -> HttpResponse:
        match request.method, request.path.removeprefix(ADMIN_PATH):
            case "GET", "health":
                return json_response(HTTPStatus.OK, {"pid": os.getpid()})
            case "GET", "calls":
                return json_response(HTTPStatus.OK, self._traffic.counts())
            case "POST", "faults":
                return self._inject(request)
            case "DELETE", "faults":
                self._traffic.clear_faults()
            case "POST", "reset":
                self._reset()
                self._traffic.clear_faults()
                self._traffic.clear_counts()
            case _:
                return json_response(
                    HTTPStatus.NOT_FOUND, {"error": f"no {request.method} {request.path} here"}
                )
        return json_response(HTTPStatus.OK, {})

    def _inject(self, request: HttpRequest) -> HttpResponse:
        try:
            self._traffic.add([Fault(**fault) for fault in json.loads(request.body)])
        except (TypeError, ValueError) as fault:
            return json_response(HTTPStatus.BAD_REQUEST, {"error": str(fault)})
        return json_response(HTTPStatus.OK, {})


def _faulty_response(fault: Fault, call: AwsCall) -> HttpResponse | None:
    time.sleep(fault.delay_seconds)
    return error_response(call.protocol, fault.status, fault.code, fault.message) if fault.status else None
