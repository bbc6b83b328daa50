"""Addresses of pages with filters: each link keeps the other filters of the page it stands on."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from fastapi import Request

LONGEST = 200
"""Characters of a filter that count; nothing that is searched is longer."""


class Filters:
    """The filters in a page's address."""

    def __init__(self, path: str, values: Mapping[str, str]) -> None:
        self._path = path
        self._values = {key: text for key, text in values.items() if text}

    @classmethod
    def of(cls, request: Request, left_out: frozenset[str] = frozenset({"mark"})) -> "Filters":
        """Read a request's; of one that is given twice the last counts."""
        given = {key: text.strip()[:LONGEST] for key, text in request.query_params.items()}
        return cls(request.url.path, {key: text for key, text in given.items() if key not in left_out})

    def get(self, key: str) -> str:
        """Give a filter's value; empty if it is not set."""
        return self._values.get(key, "")

    def items(self) -> Mapping[str, str]:
        """Give every filter that is set."""
        return self._values

    def number(self, key: str, otherwise: int = 1) -> int:
        """Give a filter that is a number."""
        text = self.get(key)
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else otherwise  # noqa: PLR2004

    def address(self, **changes: object) -> str:
        """Give the page's address with some filters changed; an empty one is left out, as is the page."""
        values = {key: text for key, text in self._values.items() if key != "page"}
        values |= {key: str(text) for key, text in changes.items()}
        kept = {key: text for key, text in values.items() if text}
        return f"{self._path}?{urlencode(kept)}" if kept else self._path

    def page(self, number: int) -> str:
        """Give the address of another page of the list."""
        return self.address(page=number)


def path_of(*parts: object) -> str:
    """Give a path whose parts are names: `path_of("cells", cell)` is `/cells/client/acme`."""
    return "/" + "/".join(quote(str(part)) for part in parts)
