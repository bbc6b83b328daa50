"""The entry point: sets how the process collects garbage, then imports and runs the command line."""

import sys
from collections.abc import Sequence

from cellwright.cli.collector import rare_collection


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code, also after an unexpected exception."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    with rare_collection():
        # Imported here, because garbage is collected rarely from here on: importing makes next to none.
        from cellwright.cli.command_line import run  # noqa: PLC0415

        return run(given)
