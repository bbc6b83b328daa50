"""The test provider as a process: go-plugin's greeting, then gRPC on a Unix socket."""

import os
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc

from contract.relay.provider.provider import Handler, Provider
from contract.relay.provider.wire import parse

_COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
_UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


class ControlServer(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc ships no types
    """Finds the handler of a call by its method."""

    def __init__(self, protocol: int, shut_down: Callable[[], None], *, legacy: bool) -> None:
        provider = self._provider = Provider(protocol, legacy=legacy)
        self._prefix = f"/tfplugin{protocol}.Provider/"
        self._handlers = provider.handlers()
        self._shut_down = shut_down
        provider.note("start", folder=str(Path.cwd()), umask=_umask(), reattach=_has_reattach())

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        if details.method == "/plugin.GRPCController/Shutdown":
            return grpc.unary_unary_rpc_method_handler(lambda _request, _context: self._end())
        name = details.method.removeprefix(self._prefix)
        if stream := self._provider.streams().get(name):
            return grpc.unary_stream_rpc_method_handler(lambda raw, _context: stream(parse(raw)))
        handler = self._handlers.get(name)
        if handler is None:
            return None
        return grpc.unary_unary_rpc_method_handler(
            lambda raw, context: self._call(details.method, handler, raw, context)
        )

    def _call(self, method: str, handler: Handler, raw: bytes, context: grpc.ServicerContext) -> bytes:
        if not self._provider.ready and not method.endswith("Schema"):
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "it was not asked for its schema")
        return handler(parse(raw), context)

    def _end(self) -> bytes:
        self._shut_down()
        return b""


def serve(protocol: int, *, legacy: bool = False) -> None:
    if os.environ.get("TF_PLUGIN_MAGIC_COOKIE") != _COOKIE:
        sys.exit("This is a plugin: Terraform starts it.")
    server = grpc.server(ThreadPoolExecutor(16), options=_UNLIMITED)
    folder = tempfile.mkdtemp(prefix="demo")
    address = f"{folder}/socket"
    server.add_generic_rpc_handlers((ControlServer(protocol, lambda: server.stop(0.1), legacy=legacy),))
    server.add_insecure_port(f"unix:{address}")
    server.start()
    print(f"1|{protocol}|unix|{address}|grpc|", flush=True)  # noqa: T201 - the greeting
    server.wait_for_termination()


def _umask() -> str:
    mask = os.umask(0)
    os.umask(mask)
    return f"{mask:o}"


def _has_reattach() -> bool:
    return "TF_REATTACH_PROVIDERS" in os.environ
