"""Every command of the command line once, as somebody may type it in a fleet with the client acme."""

import io
import os
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from cellwright.cli.main import main

_REQUESTS = Path(__file__).parent / "unit" / "cli" / "requests"

IN_A_FLEET: tuple[tuple[str, ...], ...] = (
    ("apply", "--yes"),
    ("approve", "R1", "--yes"),
    ("bootstrap", "--dry-run"),
    ("bootstrap", "status"),
    ("cancel", "R1"),
    ("capacity",),
    ("certificate",),
    ("certificate", "issue", "acme"),
    ("certificate", "list"),
    ("certificate", "validate", "acme", "--findings", "nothing is left"),
    ("certificate", "verify", "/dev/null/certificate.json"),
    ("check",),
    ("ci", "github"),
    ("doctor",),
    ("diff",),
    ("drift",),
    ("drift", "ack", "client/acme/app", "--reason", "known", "--until", "2026-12-31"),
    ("drift", "acks"),
    ("drift", "repair", "--yes"),
    ("drift", "run"),
    ("drift", "schedules"),
    ("drift", "show", "client/acme/app"),
    ("drift", "status"),
    ("drift", "unack", "A1"),
    ("events",),
    ("events", "verify"),
    ("events", "tip"),
    ("events", "key"),
    ("events", "accept", "--reason", "checked"),
    ("drill", "restore"),
    ("evidence", "--from", "1d", "-o", "/dev/null/evidence"),
    ("evidence", "verify", "/dev/null/evidence"),
    ("explain", "client/acme/app"),
    ("fmt", "--check"),
    ("graph",),
    ("ip", "show"),
    ("ip", "check"),
    ("ip", "free", "--size", "24"),
    ("ip", "move", "client/acme"),
    ("ip", "release", "10.0.0.0/24"),
    ("ip", "history", "10.0.0.1"),
    ("job",),
    ("job", "apply", str(_REQUESTS / "apply.json")),
    ("job", "approve", "R1", "--plans", "/dev/null/run.json"),
    ("job", "form"),
    ("job", "onboard", str(_REQUESTS / "onboard.json")),
    ("job", "follow", "R1", "--only-follow"),
    ("job", "offboard", "acme", "--seen", "/dev/null/seen.json"),
    ("job", "offboard-look", "acme", "--run", "R1"),
    ("job", "offboard-plan", str(_REQUESTS / "offboard.json")),
    ("job", "resume", "R1", "--yes"),
    ("job", "suspend", str(_REQUESTS / "suspend.json")),
    ("ledger", "adopt", "--dry-run"),
    ("ledger", "init"),
    ("ledger", "move", "--to", "postgresql://ada@192.0.2.1:1/none?connect_timeout=1"),
    ("ledger", "rekey"),
    ("legal-hold", "acme", "--reason", "litigation"),
    ("logs", "R1", "client/acme/app"),
    ("mcp", "--tools"),
    ("move", "client/acme/app", "network", "terraform_data.app"),
    ("offboard", "acme", "--yes"),
    ("onboard", "globex", "--yes"),
    ("output", "client/acme/app"),
    ("pause", "R1"),
    ("place",),
    ("plan",),
    ("policy",),
    ("policy", "test"),
    ("prune", "--yes"),
    ("reject", "R1", "--reason", "no"),
    ("reinstate", "acme", "--reason", "paid", "--yes"),
    ("relocate", "client/acme", "--yes"),
    ("rename", "client/acme", "globex", "--yes"),
    ("resume", "--yes"),
    ("review", "list"),
    ("review", "record", "--kind", "access", "--from", "1d", "--findings", "nothing unusual"),
    ("rollout",),
    ("rollout", "simulate"),
    ("rollout", "start", "--yes"),
    ("rollout", "status"),
    ("rollout", "pause", "RO1"),
    ("rollout", "resume", "RO1"),
    ("rollout", "halt", "RO1"),
    ("rollout", "cancel", "RO1"),
    ("rollout", "expedite", "RO1", "--reason", "urgent"),
    ("rollout", "retry", "RO1"),
    ("rollout", "approve", "RO1", "--yes"),
    ("rollout", "reject", "RO1", "--reason", "no"),
    ("rollout", "rollback", "RO1", "--yes"),
    ("runs",),
    ("runs", "client/acme"),
    ("serve", "--host", "192.0.2.1"),  # not this machine's: it ends
    ("shell", "client/acme/app"),
    ("schema",),
    ("show",),
    ("stacks",),
    ("stacks", "export", "../stacks"),
    ("stacks", "update"),
    ("status",),
    ("suspend", "acme", "--reason", "unpaid", "--yes"),
    ("terraform", "client/acme/app", "--", "state", "list"),
    ("unlock", "client/acme/app", "--yes"),
    ("unpause", "R1"),
    ("versions",),
    ("worker", "--once"),
)
"""Those that open a fleet."""

ELSEWHERE = ("demo", "import", "init", "language-server", "sandbox")
"""Those that make one, or find it from the file that an editor has open."""


def answer(arguments: tuple[str, ...], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a command inside this process, started in `folder`; give its exit code and all that it printed."""
    out = io.StringIO()
    before, place = dict(os.environ), Path.cwd()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    try:
        with redirect_stdout(out), redirect_stderr(out):
            code = main(arguments)
    finally:
        os.chdir(place)
        os.environ.clear()
        os.environ.update(before)
    assert "Traceback" not in out.getvalue(), out.getvalue()
    return code, out.getvalue()
