"""Verbs for the actions of Terraform."""

from cellwright.model.progress import ResourceProgress

_DOING = {
    "create": "creating",
    "update": "updating",
    "delete": "destroying",
    "read": "reading",
    "replace": "replacing",
    "refresh": "refreshing",
}
_DONE = {
    "create": "created",
    "update": "updated",
    "delete": "destroyed",
    "read": "read",
    "replace": "replaced",
    "refresh": "refreshed",
}


def doing(action: str) -> str:
    """`create` -> `creating`; an unknown action keeps Terraform's name."""
    return _DOING.get(action, action)


def done(action: str) -> str:
    """`create` -> `created`."""
    return _DONE.get(action, f"{action} done")


def failed(progress: ResourceProgress) -> str:
    """`creating failed`."""
    return f"{doing(progress.action)} failed"
