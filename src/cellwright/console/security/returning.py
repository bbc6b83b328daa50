"""Where a form sends its visitor back to: a page of this console and nowhere else."""

from urllib.parse import urlsplit


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
