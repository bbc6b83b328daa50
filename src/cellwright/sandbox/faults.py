"""Faults on order, and the count of calls: what tests ask of a running sandbox, from outside."""

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
    """What happens to some calls of one action: a delay, an error, or both.

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
        """Tell whether a call is one of those that this fault counts."""
        return self.service in (ANY, service) and self.action in (ANY, action)


@dataclass(frozen=True, slots=True)
class CallCount:
    """How many calls of an action came in, and how many of them were answered with an error."""

    received: int = 0
    failed: int = 0

    @property
    def succeeded(self) -> int:
        """Calls that did what they were asked."""
        return self.received - self.failed


class SandboxAdmin:
    """Talks to the sandbox at `endpoint` about faults and counts."""

    def __init__(self, endpoint: str) -> None:
        self._address = urlsplit(endpoint).netloc

    def inject(self, *faults: Fault) -> None:
        """Add faults to those already waiting."""
        self._ask("POST", "faults", [asdict(fault) for fault in faults])

    def clear(self) -> None:
        """Take back every fault."""
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

    def forget_calls(self) -> None:
        """Start counting from zero."""
        self._ask("DELETE", "calls")

    def reset(self) -> None:
        """Empty every account, take back every fault, count from zero."""
        self._ask("POST", "reset")

    def process(self) -> int:
        """The process id of the sandbox that answers.

        Raises:
            OSError: nobody answers there.
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
