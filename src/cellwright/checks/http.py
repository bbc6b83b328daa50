"""A check by a web address: by the status that it answers. Its content is not read."""

import threading
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from http.client import HTTPException

from cellwright.checks.verdict import PASSED, Checked, failed, unreadable
from cellwright.web.opener import CertificatesError, NoRedirects, opener_of, reason_of


def check_http(url: str, wanted: Collection[int], environment: Mapping[str, str], timeout: float) -> Checked:
    """Ask once; redirects are not followed. No answer in time tells nothing."""
    found: list[Checked] = []
    # A server that sends a byte now and then never runs into a socket's time limit.
    asking = threading.Thread(
        target=lambda: found.append(_ask(url, wanted, environment, timeout)), daemon=True, name="check-http"
    )
    asking.start()
    asking.join(timeout)
    return found[0] if found else unreadable(f"{_shown(url)} has not answered within {timeout:g} s")


def _ask(url: str, wanted: Collection[int], environment: Mapping[str, str], timeout: float) -> Checked:
    try:
        opener = opener_of(environment, NoRedirects())
        # The address is the fleet's own; `address_fault` has seen to its scheme.
        with opener.open(url, timeout=timeout) as answer:
            status = answer.status
    except urllib.error.HTTPError as fault:
        status = fault.code
        fault.close()
    except urllib.error.URLError as fault:
        return unreadable(f"{_shown(url)} did not answer: {reason_of(fault.reason)[0]}")
    except (OSError, HTTPException, ValueError, CertificatesError) as fault:
        return unreadable(f"{_shown(url)} did not answer: {reason_of(fault)[0]}")
    return PASSED if status in wanted else failed(f"{_shown(url)} answered {status}")


def _shown(url: str) -> str:
    """Leave out what may be a token."""
    return url.partition("?")[0]
