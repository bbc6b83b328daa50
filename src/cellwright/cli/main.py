"""The entry point: sets what speeds up a short process, then imports and runs the command line."""

import sys
from collections.abc import Sequence

from cellwright.cli.class_code import kept_class_code
from cellwright.cli.collector import rare_collection
from cellwright.cli.module_code import kept_module_code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code, also after an unexpected exception."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    with rare_collection(), kept_module_code(), kept_class_code():
        # Imported here, because from here on garbage is collected rarely, modules come from one file, and
        # classes needn't be compiled.
        from cellwright.cli.command_line import run  # noqa: PLC0415

        return run(given)
