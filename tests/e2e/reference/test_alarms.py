"""What an account's own trail raises alarms for is watched in the organisation's trail, too."""

import re

from e2e.reference.readme import STACKS

_PATTERN = re.compile(r'^ {6}(?P<name>[a-z-]+) += "(?P<pattern>\{.*\})"$', re.MULTILINE)
_EVENT = re.compile(r'eventName = \\"(?P<name>[A-Za-z*]+)\\"')


def patterns(stack: str) -> dict[str, frozenset[str]]:
    """The names of a stack's alarms, and which calls each looks for."""
    text = (STACKS / stack / "alarms.tf").read_text()
    return {
        found["name"]: frozenset(event["name"] for event in _EVENT.finditer(found["pattern"]))
        for found in _PATTERN.finditer(text)
    }


def test_an_account_without_a_trail_of_its_own_loses_no_alarm() -> None:
    own, everywhere = patterns("base/account"), patterns("org/organization")
    assert len(own) > 10
    assert "StopLogging" in own["trail-tampering"]
    assert everywhere == own
