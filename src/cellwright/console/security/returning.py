"""Where a form sends its visitor back to: a page of this console and nowhere else."""

from urllib.parse import urlsplit

from fastapi import Request

LONGEST_PATH = 4_000
"""Characters; a browser's own limit is not far."""


def local_path(wanted: str) -> str:
    r"""Give a path of this console; `/` for anything that could lead elsewhere.

    Browsers take a backslash for a slash and leave out line breaks and tabs, so `/\\example.com` and
    `/<tab>/example.com` lead to another host.
    """
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    if not plain or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    parts = urlsplit(wanted)
    return "/" if parts.scheme or parts.netloc else wanted


def page_before(request: Request) -> str:
    """Give the page of this console that the browser says it comes from; `/` if it says none."""
    parts = urlsplit(request.headers.get("referer", ""))
    if parts.netloc != request.headers.get("host"):
        return "/"
    return local_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)
