"""Lambda."""

from moto.awslambda.models import LambdaFunction

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods


def _no_code_is_run() -> None:
    def invoke(self: Moto, body: Moto, request_headers: Moto, response_headers: Moto) -> bytes:
        del self, request_headers, response_headers
        text = body.decode() if isinstance(body, bytes) else body
        return (text or "null").encode()

    add_methods(LambdaFunction, invoke)


PATCHES = (
    Patch(
        "calls of functions",
        "a function ran in a container, which is not to be had here; it answers what it was called with",
        _no_code_is_run,
    ),
)
