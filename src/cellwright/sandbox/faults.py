"""A client for a running sandbox: injects faults, reads the counts of calls, resets it."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

ADMIN_PATH = "/_sandbox/"
ANY = "*"

_TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A delay, an error, or both, for some calls of one action.

    Calls are counted from the moment of injection: the first `skip` pass, the next `times` are hit.
    """

    service: str
    """The signing name: `ec2`, `s3`, `logs`; `*` for any."""
    action: str
    """As AWS names it: `CreateSubnet`; `*` for any."""
    status: int = 0
    """The HTTP status of the error; 0 lets the call go on after the delay."""
    code: str = "InternalFailure"
    message: str = "A fault was injected here"
    delay_seconds: float = 0.0
    skip: int = 0
    times: int = 1

    def matches(self, service: str, action: str) -> bool:
        """Tell whether a call is one that this fault is for."""
        return self.service in (ANY, service) and self.action in (ANY, action)


@dataclass(frozen=True, slots=True)
class CallCount:
    """How many calls of an action came in, and how many of them were answered with an error."""

    received: int = 0
    failed: int = 0

    @property
    def succeeded(self) -> int:
        """Calls that succeeded."""
        return self.received - self.failed


class SandboxAdmin:
    """Administers the sandbox at `endpoint`."""

    def __init__(self, endpoint: str) -> None:
        self._address = urlsplit(endpoint).netloc

    def inject(self, *faults: Fault) -> None:
        """Add faults to those already waiting."""
        self._ask("POST", "faults", [asdict(fault) for fault in faults])

    def clear(self) -> None:
        """Remove every fault."""
        self._ask("DELETE", "faults")

    def calls(self) -> Mapping[str, CallCount]:
        """Every action called so far, by `service action` (`ec2 CreateSubnet`)."""
        counts = self._ask("GET", "calls")
        if not isinstance(counts, dict):
            raise TypeError(f"the sandbox counted {counts!r}")
        return {name: CallCount(*pair) for name, pair in counts.items()}

    def count(self, service: str, action: str) -> CallCount:
        """The count of one action; zeros if it was never called."""
        return self.calls().get(f"{service} {action}", CallCount())

    def reset(self) -> None:
        """Empty every account, remove every fault, count from zero."""
        self._ask("POST", "reset")

    def process(self) -> int:
        """The process id of the sandbox that answers.

        Raises:
            OSError: nothing answers there.
        """
        answer = self._ask("GET", "health")
        return int(answer["pid"]) if isinstance(answer, dict) else 0

    def _ask(self, method: str, path: str, document: object = None) -> object:
        connection = http.client.HTTPConnection(self._address, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request(method, ADMIN_PATH + path, json.dumps(document).encode())
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != http.HTTPStatus.OK:
                raise ValueError(f"{method} {path}: {answer.status} {text.decode(errors='replace')}")
            return json.loads(text)
        finally:
            connection.close()
