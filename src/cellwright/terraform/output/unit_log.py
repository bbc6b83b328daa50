"""One unit's log in one run: the output of its commands, redacted and readable."""

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.errors import file_errors
from cellwright.files.private import PRIVATE_FILE, make_private_folder
from cellwright.terraform.output.redaction import Redactor

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


@dataclass(slots=True)
class UnitLogWriter:
    """Appends to one file; each call is one write, so a crash never cuts a line in two."""

    path: Path
    redact: Redactor
    _descriptor: int = -1

    def write(self, lines: Iterable[str]) -> None:
        """Append lines, each with the time (UTC); the further lines of a long one are indented.

        Raises:
            DiagnosticError: the log can't be written.
        """
        stamp = time.strftime("%H:%M:%SZ ", time.gmtime())
        indent = "\n" + " " * len(stamp)
        text = "".join(f"{stamp}{line.rstrip().replace(chr(10), indent)}\n" for line in lines)
        if not text:
            return
        with file_errors(f"the log {self.path} can't be written"):
            if self._descriptor < 0:
                self._descriptor = self._open()
            os.write(self._descriptor, self.redact(text).encode("utf-8", "replace"))

    def close(self) -> None:
        """Close the file; writing opens it again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> int:
        try:
            return os.open(self.path, _APPEND, PRIVATE_FILE)
        except FileNotFoundError:
            make_private_folder(self.path.parent)
            return os.open(self.path, _APPEND, PRIVATE_FILE)
