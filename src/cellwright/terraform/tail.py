"""Reading a file that another process is still writing, line by line."""

import os
from pathlib import Path

MAX_LINE = 1 << 20
"""Bytes of a line that are kept; no message for people is longer, and a runaway line must not eat memory."""

_CHUNK = 1 << 18


class OutputTail:
    """Follows one file. Opened at the first read, so that nothing is paid for output nobody looks at."""

    __slots__ = ("_descriptor", "_partial", "_path", "_skipping")

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1
        self._partial = b""
        self._skipping = False

    def read(self, *, last: bool = False) -> list[str]:
        """Give the lines that were completed since; with `last` also an incomplete one at the end."""
        lines: list[str] = []
        if self._descriptor < 0:
            try:
                self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return lines
        while chunk := os.read(self._descriptor, _CHUNK):
            self._split(chunk, lines)
        if last and self._partial and not self._skipping:
            lines.append(_text(self._partial))
            self._partial = b""
        return lines

    def close(self) -> None:
        """Let the file go."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _split(self, chunk: bytes, lines: list[str]) -> None:
        *whole, rest = (self._partial + chunk).split(b"\n")
        for line in whole:
            if self._skipping:
                self._skipping = False
            else:
                lines.append(_text(line[:MAX_LINE]))
        if not self._skipping and len(rest) > MAX_LINE:
            lines.append(_text(rest[:MAX_LINE]))
            self._skipping = True
        self._partial = b"" if self._skipping else rest


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r")
