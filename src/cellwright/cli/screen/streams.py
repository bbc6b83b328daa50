"""Output streams that replace symbols which the encoding lacks, or ignore that they are closed."""

from typing import TextIO

_TO_PLAIN = str.maketrans("✓✗○●⊘▸…━─│├└·█▄▒⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "vxo*/>.=-||`-#=%-\\|/-\\|/-\\", "")
"""Each symbol and its replacement are one column wide, so that columns stay aligned."""


def speaks_unicode(stream: TextIO) -> bool:
    """Tell whether `stream` can encode every symbol of the views."""
    return (stream.encoding or "utf-8").lower().startswith("utf")


class PlainSymbols:
    """Wraps a stream whose encoding lacks the symbols of the views; writes ASCII in their place."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.encoding = stream.encoding

    def write(self, text: str) -> int:
        """Write `text` with symbols replaced; what else can't be encoded becomes a question mark."""
        known = text.translate(_TO_PLAIN).encode(self.encoding, "replace").decode(self.encoding)
        return self._stream.write(known)

    def flush(self) -> None:
        """Flush the wrapped stream."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Tell whether the wrapped stream is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Return the descriptor of the wrapped stream."""
        return self._stream.fileno()


class OutputLostError(OSError):
    """Standard output can't be written: the disk on which it lies is full, say."""

    @classmethod
    def of(cls, fault: OSError) -> "OutputLostError":
        """Give what another fault, of writing to standard output, is called."""
        return cls(fault.errno, fault.strerror or type(fault).__name__)


class ResultStream(PlainSymbols):
    """Wraps standard output, so that a fault of writing to it is told from all others."""

    def write(self, text: str) -> int:
        """Write `text`.

        Raises:
            BrokenPipeError: whoever read it has closed it.
            OutputLostError: it can't be written for another reason.
        """
        try:
            return self._stream.write(text) if speaks_unicode(self._stream) else super().write(text)
        except BrokenPipeError:
            raise
        except OSError as fault:
            raise OutputLostError.of(fault) from fault

    def flush(self) -> None:
        """Flush the wrapped stream; raises as `write`."""
        try:
            super().flush()
        except BrokenPipeError:
            raise
        except OSError as fault:
            raise OutputLostError.of(fault) from fault


class LenientStream(PlainSymbols):
    """Wraps a stream whose loss must not stop a run, such as the terminal that shows progress."""

    def write(self, text: str) -> int:
        """Write `text`; drop it if the stream is closed."""
        try:
            return self._stream.write(text) if speaks_unicode(self._stream) else super().write(text)
        except (OSError, ValueError):
            return len(text)

    def flush(self) -> None:
        """Flush the wrapped stream, unless it is closed."""
        try:
            super().flush()
        except (OSError, ValueError):
            return
