"""Credentials within URLs: `https://user:password@host`, where the password may hold any character."""

import re
from typing import NamedTuple
from urllib.parse import parse_qs, quote, unquote

_SCHEME = "://"
_HOST_END = r"[/?#]"
_ODD_LOGIN = r"[^/?#@:\[]+:(?!\d+(/|\Z))[^@]*@"
"""A user and a password with a `/`, `?` or `#` in it; what follows the colon is no port."""
_LOGIN_WITHIN = r"(?<=://)(?:[^\s/?#'\"]*@|[^\s/?#@:'\"\[]+:(?!\d+(?:[/\s]|\Z))[^\s'\"]*@)"
"""The login of a URL that is a part of a text."""


_PARAMETER = r"(?i)([?&][\w-]*(?:passw|token|secret|sig|key)[\w-]*=)[^&\s'\"]+"
"""A parameter of a URL that holds a secret, by its name."""


class SplitUrl(NamedTuple):
    """A URL in three parts."""

    scheme: str
    """With `://` behind it."""
    credentials: str
    """What stands before the `@`; empty if nothing does."""
    rest: str
    """Host, path and query."""

    @property
    def user(self) -> str:
        """Decoded."""
        return unquote(self.credentials.partition(":")[0])

    @property
    def password(self) -> str | None:
        """Decoded; None if there is none."""
        _, colon, password = self.credentials.partition(":")
        return unquote(password) if colon else None


def split_url(text: str, *, of_database: bool = False) -> SplitUrl | None:
    """Split a URL; None if the text is none.

    People write passwords as they are, with `@`, `/` and `?` in them. In a web address the last `@` before
    the path ends them, as paths may hold one; in the URL of a database it is the last one before the query.
    """
    scheme, mark, rest = text.partition(_SCHEME)
    if not mark or not scheme.replace("+", "").replace("-", "").isalnum():
        return None
    at = rest.partition("?")[0].rfind("@") if of_database else re.split(_HOST_END, rest)[0].rfind("@")
    if at < 0 and re.match(_ODD_LOGIN, rest):
        at = rest.rfind("@")
    return SplitUrl(scheme + mark, rest[:at] if at >= 0 else "", rest[at + 1 :])


def without_credentials(text: str, *, of_database: bool = False) -> str:
    """Give a text as it is, or, if it is a URL, without what stands before its `@`."""
    parts = split_url(text, of_database=of_database)
    return text if parts is None else parts.scheme + parts.rest


def without_logins(text: str) -> str:
    """Give a text as it is without what stands before the `@` of the URLs in it."""
    return re.sub(_LOGIN_WITHIN, "", text)


def shown_address(text: str) -> str:
    """Give where something is kept as it may be shown: without logins, and what secret parameters hold."""
    return re.sub(_PARAMETER, r"\1…", without_logins(text))


def with_credentials(text: str, of: str) -> str:
    """Give a URL the credentials of another one of the same host; any other text as it is."""
    parts, other = split_url(text), split_url(of)
    if parts is None or other is None or parts.credentials or not other.credentials:
        return text
    same = parts.rest.partition("/")[0].lower() == other.rest.partition("/")[0].lower()
    return f"{parts.scheme}{other.credentials}@{parts.rest}" if same else text


IAM = "cellwright_iam"
"""A parameter of a ledger's URL: the region of AWS whose IAM gives a token in place of a password."""


def names_password(url: str) -> bool:
    """Tell whether the URL of a database holds a password, before its host or among its parameters."""
    parts = split_url(url, of_database=True)
    query = parse_qs(url.partition("?")[2], keep_blank_values=True)
    return (parts is not None and parts.password is not None) or bool(
        {"password", "sslpassword"} & query.keys()
    )


def with_password(url: str, password: str) -> str:
    """Give the URL of a database a password for the user that it names."""
    parts = split_url(url, of_database=True)
    if parts is None:
        return url
    user = parts.credentials.partition(":")[0]
    return f"{parts.scheme}{user}:{quote(password, safe='')}@{parts.rest}"


def with_iam(url: str, region: str) -> str:
    """Let whoever connects to a database sign in with a token of IAM."""
    return f"{url}{'&' if '?' in url else '?'}{IAM}={region}"
