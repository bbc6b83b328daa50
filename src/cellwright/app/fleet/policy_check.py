"""What `check` finds about the policies themselves, kept by their content: evaluating them takes long."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from cellwright.app.fleet.policy import policy_faults
from cellwright.app.fleet.policy_trials import trial_faults
from cellwright.files.cache_file import cache_stamp, read_cache, write_cache
from cellwright.fleet.cache.packing import pack_finding, unpack_finding
from cellwright.fleet.fleet import Fleet
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, has_errors
from cellwright.planning.policy.module import Module

_FORMAT = "1"
"""Raised whenever the same policies have other findings, or the file's format changes."""
_FILE = "policies"


def policy_findings(
    fleet: Fleet, modules: Sequence[Module], cache: Path, environment: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    """Find what the evaluator can't do or is never asked, failing tests, and rules that no test has seen.

    The same policies are evaluated once; `cache` is the folder in which the result is kept.
    """
    texts = (part for module in modules for part in (module.path, module.source))
    stamp = cache_stamp(_FORMAT, repr(fleet.policies), *texts)
    known = read_cache(cache / _FILE, stamp)
    if isinstance(known, tuple):
        return tuple(map(unpack_finding, known))
    found = _evaluated(fleet, modules, environment)
    write_cache(cache / _FILE, stamp, tuple(map(pack_finding, found)))
    return found


def _evaluated(
    fleet: Fleet, modules: Sequence[Module], environment: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    found = policy_faults(fleet, modules, environment)
    if has_errors(found):
        return found
    try:
        return (*found, *trial_faults(fleet, modules, environment))
    except DiagnosticError as fault:
        return (*found, *fault.diagnostics)
