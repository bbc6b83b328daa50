"""The environment of a provider that is asked for its schemas: nothing that could hold a credential."""

import os

_PASSED = ("PATH", "HOME", "TMPDIR", "LANG")


def own_environment() -> dict[bytes, bytes]:
    """What such a provider gets of this process's environment."""
    return {os.fsencode(name): os.fsencode(os.environ[name]) for name in _PASSED if name in os.environ}
