"""Rules for names of levels, cells and stacks, and names of settings that hold secrets."""

import re

MAX_LENGTH = 63
"""The longest name: a name becomes a DNS label, a bucket name part and a folder (RFC 1035, 2.3.4)."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z")

_SECRET = re.compile(
    r"SECRET|TOKEN|PASSW|CREDENTIAL|PRIVATE|CONN_STR|HTTP_AUTH|KEYFILE|PEM_FILE|"
    r"(ACCESS|API|APP|CLIENT|SERVICE|ENCRYPTION|CUSTOMER)_?KEY(?!_ID|_SHA|_MD5)|^TF_ENCRYPTION$",
    re.IGNORECASE,
)


def means_secret(name: str) -> bool:
    """Tell whether an environment variable of this name holds a secret, so that its value is never shown."""
    return _SECRET.search(name) is not None


def name_fault(name: str) -> str | None:
    """Say why `name` is not a valid name of a level, cell or stack; None if it is."""
    if not name:
        return "a name can't be empty"
    if len(name) > MAX_LENGTH:
        return f"a name has at most {MAX_LENGTH} characters, this one has {len(name)}"
    if not _NAME.match(name):
        return "a name has lower-case letters a-z, digits and inner hyphens only"
    return None
