"""Plan files that somebody has changed: each way must be refused."""

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_MANIFEST = "manifest.json"
Content = dict[str, bytes]


def change(path: Path, how: Callable[[Any, Content], None]) -> None:
    """Write a plan file anew, after its manifest and its plans were changed."""
    with zipfile.ZipFile(path) as bundle:
        content = {name: bundle.read(name) for name in bundle.namelist()}
    manifest = json.loads(content.pop(_MANIFEST))
    how(manifest, content)
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr(_MANIFEST, json.dumps(manifest))
        for name, plan in content.items():
            bundle.writestr(name, plan)


def _swap_names(manifest: Any, _content: Content) -> None:  # noqa: ANN401  JSON
    one, other = manifest["units"][:2]
    one["unit"], other["unit"] = other["unit"], one["unit"]


def _swap_plans(manifest: Any, _content: Content) -> None:  # noqa: ANN401  JSON
    one, other = manifest["units"][:2]
    one["plan"], other["plan"] = other["plan"], one["plan"]


def _rename(manifest: Any, _content: Content) -> None:  # noqa: ANN401  JSON
    manifest["units"][0]["unit"] = "client/acme/b"


def _other_bytes(manifest: Any, content: Content) -> None:  # noqa: ANN401  JSON
    content[manifest["units"][0]["plan"]] = b"something else"


def _other_settings(manifest: Any, _content: Content) -> None:  # noqa: ANN401  JSON
    manifest["units"][0]["fingerprint"] = manifest["units"][1]["fingerprint"]


def _destroy(manifest: Any, _content: Content) -> None:  # noqa: ANN401  JSON
    manifest["units"][0]["operation"] = "destroy"


def _other_run(manifest: Any, _content: Content) -> None:  # noqa: ANN401  JSON
    manifest["run"] = "20200101-000000-0000"


DISHONEST: Mapping[str, tuple[Callable[[Any, Content], None], str]] = {
    "names swapped": (_swap_names, "is the plan of client/acme/"),
    "plans swapped": (_swap_plans, "is the plan of client/acme/"),
    "another unit": (_rename, "has saved no plan of client/acme/b"),
    "other bytes": (_other_bytes, "is not the one that was saved"),
    "other settings": (_other_settings, "is not what was saved"),
    "a destroy": (_destroy, "is not what was saved"),
    "another ledger's": (_other_run, "was made with another ledger"),
}
"""By name: what was done to a plan file of at least two units, and what is said of it."""
