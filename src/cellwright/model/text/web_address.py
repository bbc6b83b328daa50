"""Web addresses that settings and the environment name."""

from urllib.parse import urlsplit


def address_fault(text: str) -> str | None:
    """Tell what is wrong with a web address that files are fetched below; None if nothing is."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
        _ = parts.port  # raises ValueError if it is no number
    except ValueError:
        return "it is no web address"
    if parts.scheme not in ("https", "http") or not host:
        return "a web address begins with https:// and a host"
    if parts.username is not None or parts.password is not None:
        return "it would show a user or password to whoever reads it"
    if parts.query or parts.fragment or any(letter.isspace() for letter in text):
        return "it has a '?', a '#' or a blank, and names of files could not follow it"
    return None
