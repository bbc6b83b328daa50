"""A `cellwright` for a build's shell that need not load Python and Cellwright first.

What the shell starts is a real program with its real arguments, folder and environment. It passes them to the
test process, which has the command carried out in a process of its own (`e2e.kit.warm`).
"""

import json
import os
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from e2e.kit.warm import run_warm

_PROGRAM = """#!{python} -ISs
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as door:
    door.connect({door!r})
    with door.makefile("rw") as file:
        json.dump([sys.argv[1:], os.getcwd(), dict(os.environ)], file)
        file.write("\\n")
        file.flush()
        code, out, err = json.loads(file.readline())
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(code)
"""


class _Door(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    output: Path
    count = 0


class _Visit(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        arguments, folder, environment = json.loads(self.rfile.readline())
        door = cast("_Door", self.server)
        door.count += 1
        output = door.output / str(door.count)
        output.mkdir()
        done = run_warm(tuple(arguments), Path(folder), environment, output)
        self.wfile.write(json.dumps(done).encode() + b"\n")


@contextmanager
def doorway(folder: Path) -> Iterator[str]:
    """Give a PATH on which `cellwright` is such a program."""
    programs = folder / "programs"
    programs.mkdir(parents=True)
    # A socket's path has at most about 100 characters, and that of a test's folder may have more.
    place = os.open(folder, os.O_RDONLY)
    door = f"/proc/{os.getpid()}/fd/{place}/door"
    program = programs / "cellwright"
    program.write_text(_PROGRAM.format(python=sys.executable, door=door))
    program.chmod(0o755)
    try:
        with _Door(door, _Visit) as server:
            server.output = folder
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield f"{programs}:{os.environ['PATH']}"
            finally:
                server.shutdown()
                thread.join()
    finally:
        os.close(place)
