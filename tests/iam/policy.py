"""IAM policies as data: what AWS reads in a policy document, and nothing else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

_ELEMENTS = {
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
}


class PolicyError(ValueError):
    """AWS would refuse the document, or this reader doesn't know what it says."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement."""

    sid: str
    effect: Literal["Allow", "Deny"]
    actions: tuple[str, ...]
    excepted_actions: tuple[str, ...]
    """`NotAction`: the statement is about all others."""
    resources: tuple[str, ...]
    excepted_resources: tuple[str, ...]
    """`NotResource`."""
    principals: Mapping[str, tuple[str, ...]]
    """By kind (`AWS`, `Service`, `Federated`); empty in policies of identities."""
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """A document."""

    statements: tuple[Statement, ...]

    @classmethod
    def parse(cls, text: str | Mapping[str, Any]) -> "Policy":
        """Read a document.

        Raises:
            PolicyError: it is no policy of the version 2012-10-17, or has elements that are not known here.
        """
        document = json.loads(text) if isinstance(text, str) else text
        if document.get("Version") != "2012-10-17":
            raise PolicyError(f"unknown version: {document.get('Version')}")
        return cls(tuple(_statement(item) for item in _items(document["Statement"])))


def _statement(item: Mapping[str, Any]) -> Statement:
    unknown = item.keys() - _ELEMENTS
    if unknown or "NotPrincipal" in item:
        raise PolicyError(f"unknown elements: {sorted(unknown) or ['NotPrincipal']}")
    if item.get("Effect") not in {"Allow", "Deny"}:
        raise PolicyError(f"unknown effect: {item.get('Effect')}")
    if ("Action" in item) == ("NotAction" in item) or ("Resource" in item and "NotResource" in item):
        raise PolicyError("Action and NotAction, or Resource and NotResource, are a choice")
    return Statement(
        item.get("Sid", ""),
        item["Effect"],
        _texts(item.get("Action", ())),
        _texts(item.get("NotAction", ())),
        _texts(item.get("Resource", ())),
        _texts(item.get("NotResource", ())),
        _principals(item.get("Principal", {})),
        {
            operator: {key: _texts(values) for key, values in keys.items()}
            for operator, keys in item.get("Condition", {}).items()
        },
    )


def _principals(value: str | Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    if value == "*":
        return {"AWS": ("*",)}
    if isinstance(value, str):
        raise PolicyError(f"unknown principal: {value}")
    return {kind: _texts(names) for kind, names in value.items()}


def _items(value: Any) -> list[Any]:  # noqa: ANN401 - a document holds one item or a list of them
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - see above
    return tuple(_text(item) for item in (value if isinstance(value, list | tuple) else [value]))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    raise PolicyError(f"no text: {value!r}")
