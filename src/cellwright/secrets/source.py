"""The port on a source of secrets."""

from collections.abc import Mapping
from typing import Protocol, TypeAlias

from cellwright.model.value import Json

LIMIT = 65_536
"""Bytes of a secret; more than that is a mistake, and few programs could be given it."""

Content: TypeAlias = bytes | Mapping[str, Json]
"""What a source keeps under a name: a text, or keys with values."""


class SecretFault(Exception):  # noqa: N818  an answer, which becomes a diagnostic where the reference is known
    """A secret can't be had: why, and what to do. Neither holds any part of a secret."""

    def __init__(self, why: str, advice: str = "", *, down: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.advice = advice
        self.down = down
        """The source as a whole can't be used, so that asking it for others is of no use."""


class SecretSource(Protocol):
    """A source of secrets. Several threads may ask it at the same time."""

    def read(self, name: str) -> Content:
        """Give what is kept under a name.

        Raises:
            SecretFault: it can't be had.
        """
