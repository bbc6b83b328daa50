"""What runs in the evaluator's own process: answers questions, and never says what it saw.

Apart from us because the library is native code: where it falls, only this process falls. It also writes
parts of what it can't parse to standard output, which here leads nowhere.
"""

import os
import signal
from multiprocessing.connection import Connection

from cellwright.rego.messages import EvaluationReply, EvaluationRequest


def serve(connection: Connection) -> None:
    """Answer questions until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a person's Ctrl-C is for the run, which ends us
    _silence()
    # Imported here, because whoever starts this process must not load native code to do so.
    from cellwright.rego.interpreter import PolicyFaultError, compile_modules  # noqa: PLC0415

    known, compiled = None, None
    while True:
        try:
            question: EvaluationRequest = connection.recv()
        except EOFError:
            return
        reply: EvaluationReply
        try:
            if compiled is None or known != question.modules:
                known, compiled = question.modules, compile_modules(question.modules)
            reply = compiled.answer(question)
        except PolicyFaultError as fault:
            compiled, reply = None, fault.reply
        connection.send(reply)


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
