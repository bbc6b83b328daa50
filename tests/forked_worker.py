"""What pytest-xdist starts in place of a worker: has the loaded process fork one, and stands for it.

Its pipes become the worker's. It ends when the worker ends, and hands SIGUSR1 on to it. Without the loaded
process it becomes a worker of the usual kind.
"""

import os
import signal
import socket
import sys


def main(address: str, *usual: str) -> None:
    """Stand for a forked worker; `usual` are the arguments by which Python becomes one itself."""
    with socket.socket(socket.AF_UNIX) as loaded:
        try:
            loaded.connect(address)
            socket.send_fds(loaded, [b"."], [0, 1, 2])
            answers = loaded.makefile("r")
            pid = answers.readline()
        except OSError:
            pid = ""
        if not pid:
            os.execv(sys.executable, [sys.executable, *usual])  # noqa: S606  as pytest-xdist has told
        signal.signal(signal.SIGUSR1, lambda *_: os.kill(int(pid), signal.SIGUSR1))
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the worker gets it too
        # The end of the worker has to be the end of its pipes.
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        sys.exit(int(answers.readline() or 1))


if __name__ == "__main__":
    main(*sys.argv[1:])
