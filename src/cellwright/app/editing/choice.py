"""Something that may be written where the cursor is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the texts that an editor offers."""

    text: str
    detail: str = ""
    documentation: str = ""
    is_key: bool = False
