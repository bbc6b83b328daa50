"""The sandbox as a process: `python -m cellwright.sandbox [--port N]`, until interrupted."""

import argparse
import gc
import json
import logging
import os
import select
import signal
import sys
import threading
from collections.abc import Sequence
from typing import NoReturn

_MOTO_SETTINGS = {
    "MOTO_DISABLE_GLOBAL_CORS": "1",  # no browser calls; every answer would carry the headers
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",  # stacks attach AWS's managed policies
}
_RARELY = (1_000, 10, 100)
"""When Python looks for cycles: moto's emulated world is large, and to walk through all of it takes 0.2 s. By
default an account's first call does that twice."""
_PARENT_CHECK_SECONDS = 1.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve. Writes one line of JSON, `{"port": ..., "pid": ...}`, when it is ready to answer."""
    parser = argparse.ArgumentParser(prog="python -m cellwright.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the port; 0 lets the system choose")
    parser.add_argument(
        "--watch-parent", action="store_true", help="end with the process that holds standard input open"
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: _end())
    signal.signal(signal.SIGINT, lambda *_: _end())
    if options.watch_parent:
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _serve(options.port)


def _serve(port: int) -> None:
    os.environ.update(_MOTO_SETTINGS)
    # moto reads its settings when it is imported, so not before they are set.
    from cellwright.sandbox.assembly import assemble  # noqa: PLC0415

    gc.set_threshold(*_RARELY)
    # A service's code and models live as long as the process: no walk for cycles comes by them again.
    server = assemble(port, loaded=gc.freeze)
    sys.stdout.write(json.dumps({"port": server.port, "pid": os.getpid()}) + "\n")
    sys.stdout.flush()
    server.serve()


def _end_with(parent: int) -> None:
    """End this process when standard input closes, or when its parent is another than `parent`.

    The pipe is closed after an orderly end and after `kill -9` alike. The check of the parent works even if
    another process has inherited the pipe.
    """
    while os.getppid() == parent:
        readable, _, _ = select.select([sys.stdin.fileno()], [], [], _PARENT_CHECK_SECONDS)
        if readable and not os.read(sys.stdin.fileno(), 1):
            break
    _end()


def _end() -> NoReturn:
    """Exit at once: there is nothing to save, and connections may still wait for a delay."""
    os._exit(0)


if __name__ == "__main__":
    main()
