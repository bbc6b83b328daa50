"""Between a view and a file descriptor: encodings that lack a symbol, streams that went away."""

from typing import TextIO

_TO_PLAIN = str.maketrans("✓✗○●⊘▸…━─│├└·█▄▒⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "vxo*/>.=-||`-#=%-\\|/-\\|/-\\", "")
"""One column each, so that what was aligned stays aligned."""


def speaks_unicode(stream: TextIO) -> bool:
    """Tell whether every symbol of the views can be written to `stream`."""
    return (stream.encoding or "utf-8").lower().startswith("utf")


class PlainSymbols:
    """A text stream in front of one whose encoding lacks our symbols: writes ASCII in their place."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.encoding = stream.encoding

    def write(self, text: str) -> int:
        """Write `text`, each symbol replaced; what is left unknown becomes a question mark."""
        known = text.translate(_TO_PLAIN).encode(self.encoding, "replace").decode(self.encoding)
        return self._stream.write(known)

    def flush(self) -> None:
        """Flush the stream behind."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Tell whether the stream behind is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Return the descriptor of the stream behind."""
        return self._stream.fileno()


class Forgiving(PlainSymbols):
    """A stream that is never the reason why work stops: a terminal that went away takes nothing along."""

    def write(self, text: str) -> int:
        """Write `text`, or lose it."""
        try:
            return self._stream.write(text) if speaks_unicode(self._stream) else super().write(text)
        except (OSError, ValueError):
            return len(text)

    def flush(self) -> None:
        """Flush the stream behind, if it is still there."""
        try:
            super().flush()
        except (OSError, ValueError):
            return
