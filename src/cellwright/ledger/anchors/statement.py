"""What an anchor states, and the record in which statement and signature are kept: one line of JSON."""

import json
import re
from dataclasses import dataclass

from cellwright.model.text.json_text import read_json

LONGEST = 8192
"""Bytes of a record: a signature has a few hundred."""

_HEAD = "cellwright audit trail"
_STATEMENT = re.compile(
    rf"{_HEAD}\nfleet (?P<fleet>[^\n]+)\nevent (?P<sequence>[1-9][0-9]{{0,17}})\n"
    r"hash (?P<hash>[0-9a-f]{64})\nat (?P<time>[^\n]+)\n\Z"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """At that time the trail of the fleet had come as far as this event."""

    fleet: str
    sequence: int
    hash: str
    time: str

    def text(self) -> str:
        """The text that is signed, as it stands."""
        return f"{_HEAD}\nfleet {self.fleet}\nevent {self.sequence}\nhash {self.hash}\nat {self.time}\n"

    @classmethod
    def parse(cls, text: str) -> "Statement":
        """Read what `text` wrote.

        Raises:
            ValueError: it is something else.
        """
        found = _STATEMENT.match(text)
        if found is None:
            raise ValueError("it is no statement about an audit trail")
        return cls(found["fleet"], int(found["sequence"]), found["hash"], found["time"])


@dataclass(frozen=True, slots=True)
class AnchorRecord:
    """A statement as text with its detached OpenPGP signature, armoured."""

    statement: str
    signature: str

    def line(self) -> str:
        """The record as one line of JSON, with the line's end."""
        return json.dumps({"statement": self.statement, "signature": self.signature}) + "\n"

    @classmethod
    def parse(cls, line: str | bytes) -> "AnchorRecord":
        """Read a line.

        Raises:
            ValueError: it is no record.
        """
        if len(line) > LONGEST:
            raise ValueError("it is too long for a record of an anchor")
        try:
            found = read_json(line)
        except RecursionError:
            found = None
        match found:
            case {"statement": str(statement), "signature": str(signature)}:
                (statement + signature).encode()  # text that is none in UTF-8 was signed by nobody
                return cls(statement, signature)
            case _:
                raise ValueError("it is no record of an anchor")
