"""What libraries log about a database that is gone for a moment is for nobody: Cellwright tries again."""

import logging

_LIBRARIES = ("procrastinate", "psycopg.pool", "asyncio")


def keep_libraries_quiet() -> None:
    """Drop what these libraries log, unless somebody has set up logging for them."""
    for name in _LIBRARIES:
        logging.getLogger(name).addHandler(logging.NullHandler())
