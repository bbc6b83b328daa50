"""Verbs for the actions of Terraform and for the steps of a unit."""

from cellwright.model.runs.progress import Phase, ResourceProgress

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


def phase(value: str, *, destroy: bool) -> str:
    """What is being done with a unit; a unit that is to go is not applied but destroyed."""
    return "destroying" if destroy and value == Phase.APPLYING.value else value


def failed(progress: ResourceProgress) -> str:
    """`creating failed`."""
    return f"{doing(progress.action)} failed"
