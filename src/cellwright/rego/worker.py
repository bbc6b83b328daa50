"""The evaluator's child process: answers evaluation requests, and prints nothing of what it is given.

The library is native code: if it crashes, only this process ends. It also prints parts of what it can't
parse, so standard output and standard error are discarded.
"""

import os
import signal
import sys
from multiprocessing.connection import Connection

from cellwright.rego.messages import EvaluationReply, EvaluationRequest, Fault, from_bytes, to_bytes


def serve(connection: Connection) -> None:
    """Answer requests until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which ends this process
    _silence()
    try:
        # Imported here, so that the process that starts this one loads no native code.
        from cellwright.rego.interpreter import PolicyFaultError, compile_modules  # noqa: PLC0415
        from cellwright.rego.trials import run_trials  # noqa: PLC0415
    except ImportError as fault:
        missing = Fault(f"the package {fault.name} is missing: install what Cellwright requires again")
        connection.send_bytes(to_bytes(EvaluationReply(faults=(missing,))))
        return
    known, compiled = None, None
    while True:
        try:
            question = from_bytes(EvaluationRequest, connection.recv_bytes())
        except EOFError:
            return
        reply: EvaluationReply
        try:
            if question.trials:
                trials = run_trials(question.modules, question.trials)
                connection.send_bytes(to_bytes(EvaluationReply(trials=trials)))
                continue
            if compiled is None or known != question.modules:
                known, compiled = question.modules, compile_modules(question.modules)
            reply = compiled.answer(question)
        except PolicyFaultError as fault:
            compiled, reply = None, fault.reply
        connection.send_bytes(to_bytes(reply))


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
