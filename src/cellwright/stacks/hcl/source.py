"""The text of one file, with line and column of an offset."""

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position

_BYTE_ORDER_MARK = "\ufeff"


class SyntaxFault(Exception):  # noqa: N818 -- a finding about a file, which becomes a diagnostic
    """The text has a fault, at `offset` characters from its start."""

    def __init__(self, offset: int, summary: str, detail: str) -> None:
        super().__init__(summary)
        self.offset = offset
        self.summary = summary
        self.detail = detail


@dataclass(frozen=True)
class Source:
    """One file's text, without a byte order mark; `file` is its name in positions."""

    file: str
    text: str

    @classmethod
    def decode(cls, file: str, content: bytes) -> "Source":
        """Read a file's bytes.

        Raises:
            SyntaxFault: they are not UTF-8; the offset counts bytes.
        """
        try:
            text = content.decode()
        except UnicodeDecodeError as fault:
            raise SyntaxFault(fault.start, "the file is not UTF-8 text", "save it as UTF-8") from None
        return cls(file, text.removeprefix(_BYTE_ORDER_MARK))

    @property
    def is_json(self) -> bool:
        """Tell whether the file is in JSON syntax."""
        return self.file.endswith(".json")

    @cached_property
    def _line_starts(self) -> "array[int]":
        starts = array("L", [0])  # a list of four million lines would take ten times the memory
        starts.extend(at + 1 for at, character in enumerate(self.text) if character == "\n")
        return starts

    def position(self, offset: int) -> Position:
        """Tell the line and column of an offset."""
        line = bisect_right(self._line_starts, offset)
        return Position(self.file, line, offset - self._line_starts[line - 1] + 1)

    def diagnostic(self, fault: SyntaxFault) -> Diagnostic:
        """Make a diagnostic from a fault."""
        return error(fault.summary, fault.detail, self.position(fault.offset))
