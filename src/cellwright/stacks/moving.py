"""Finds calls of modules that may be another module at the next `init`, with the source unchanged."""

import re
from urllib.parse import parse_qs

from cellwright.model.diagnostic import Diagnostic, warning
from cellwright.stacks.reading.module import ModuleCall

_GIT = r"git::|(?:github\.com|bitbucket\.org|gitlab\.com)/|[\w.-]+@[\w.-]+:|.*\.git(?://|\?|\Z)"
_REGISTRY = r"(?:[\w-]+(?:\.[\w-]+)+(?::\d+)?/)?[\w-]+/[\w-]+/[\w-]+(?://.*)?\Z"
_OCI = "oci://"
_LATEST = "latest"
"""The tag that OpenTofu takes where none is named."""
_BRANCHES = frozenset({"main", "master", "develop", "dev", "trunk", "HEAD"})
_EXACT = r"=?\s*v?\d+(?:\.\d+)*(?:[-+][\w.+-]+)?\s*\Z"


def moving_reference(call: ModuleCall) -> Diagnostic | None:
    """Give a warning if a call names no commit, tag or version, but what is the newest when `init` runs.

    Whether a ref is a tag is not asked for: the usual names of branches are known, and full names say it.
    """
    source = call.source or ""
    if re.match(_GIT, source):
        return _git(call, source)
    if source.startswith(_OCI):
        return _oci(call, source)
    if re.match(_REGISTRY, source) and call.version != "":
        return _registry(call)
    return None


def _git(call: ModuleCall, source: str) -> Diagnostic | None:
    ref = parse_qs(source.partition("?")[2]).get("ref", [""])[-1]
    if ref and ref not in _BRANCHES and not ref.startswith(("refs/heads/", "heads/")):
        return None
    what = f"the branch '{ref}'" if ref else "the default branch"
    return _warning(call, what, "name a tag or a commit: ?ref=TAG")


def _oci(call: ModuleCall, source: str) -> Diagnostic | None:
    given = parse_qs(source.partition("?")[2])
    if "digest" in given or given.get("tag", [_LATEST])[-1] != _LATEST:
        return None
    return _warning(call, f"the tag '{_LATEST}'", "name a version, or a digest: ?tag=1.2.3")


def _registry(call: ModuleCall) -> Diagnostic | None:
    if call.version is not None and re.match(_EXACT, call.version):
        return None
    what = f"the newest version that '{call.version}' allows" if call.version else "the newest version"
    return _warning(call, what, 'name one version: version = "1.2.3"; the lock file holds providers only')


def _warning(call: ModuleCall, what: str, advice: str) -> Diagnostic:
    summary = f"the module '{call.name}' follows {what}: units of one fingerprint may get different modules"
    return warning(summary, advice, call.position)
