"""Reads a file line by line while another process still writes it."""

import os
from pathlib import Path

MAX_LINE = 1 << 20
"""Bytes of a line that are kept: no message for people is longer, an endless line must not fill memory."""

_CHUNK = 1 << 18


class OutputTail:
    """Follows one file: by its path, opened at the first read, or by a descriptor that stays the caller's."""

    __slots__ = ("_descriptor", "_offset", "_partial", "_path", "_skipping")

    def __init__(self, source: Path | int) -> None:
        self._path = source if isinstance(source, Path) else None
        self._descriptor = source if isinstance(source, int) else -1
        self._offset = 0
        self._partial = b""
        self._skipping = False

    def read(self, *, last: bool = False) -> list[str]:
        """Give the lines that were completed since; with `last` also an incomplete one at the end."""
        lines: list[str] = []
        if self._descriptor < 0:
            if self._path is None:
                return lines
            try:
                self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return lines
        # By offset: a descriptor's own position is shared with the process that writes to it.
        while chunk := os.pread(self._descriptor, _CHUNK, self._offset):
            self._offset += len(chunk)
            self._split(chunk, lines)
        if last and self._partial and not self._skipping:
            lines.append(_text(self._partial))
            self._partial = b""
        return lines

    def close(self) -> None:
        """Close the file."""
        if self._path is not None and self._descriptor >= 0:
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
