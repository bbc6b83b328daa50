"""Makes our services known to moto, which finds a service by its host name and below its own package."""

import re
import sys
from importlib import import_module

from moto import backend_index

SERVICES = {"accessanalyzer": "access-analyzer"}
"""The services here, and the first part of their host names."""

_PARTS = ("", ".models", ".responses", ".urls")


def register_services() -> None:
    """Register them once; whatever moto has by itself stays moto's."""
    known = {name for name, _ in backend_index.backend_url_patterns}
    for name, host in SERVICES.items():
        if name in known:
            continue
        for part in _PARTS:
            sys.modules[f"moto.{name}{part}"] = import_module(f"cellwright.sandbox.services.{name}{part}")
        pattern = re.compile(rf"https?://{re.escape(host)}\.(.+)\.amazonaws\.com")
        backend_index.backend_url_patterns.append((name, pattern))
