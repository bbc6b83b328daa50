"""Tells from a message that credentials have expired, or that there are none, and how to get new ones."""

import re

_EXPIRED = re.compile(
    r"ExpiredToken|RequestExpired|TokenRefreshRequired|security token[^.]{0,80}expired|"
    r"(SSO|token|session|credentials?)[^.]{0,60}(has|have|is|are) expired|"
    r"expired (SSO|token|session|credentials?)",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"No valid credential sources? found|Unable to locate credentials|NoCredentials", re.IGNORECASE
)
_RENEW = "renew them, with `aws sso login` where you sign in by SSO, else with new keys in the environment"


def credentials_fault(text: str) -> tuple[str, str] | None:
    """Give what is wrong with AWS's credentials by a message, and what to do; None: it is about others."""
    if _EXPIRED.search(text):
        return "the AWS credentials have expired", f"{_RENEW}; then repeat this, or `cellwright resume`"
    if _NONE.search(text):
        return (
            "there are no AWS credentials",
            "sign in: `aws sso login`, or AWS_PROFILE, or keys in the environment",
        )
    return None
