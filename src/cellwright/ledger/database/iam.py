"""Tokens of AWS's IAM in place of a password: made on this machine, good for a quarter of an hour."""

from typing import TYPE_CHECKING, Any

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.expired import credentials_fault
from cellwright.web.aws import make_client

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_PORT = 5432
_SECONDS = 10.0


def iam_token(url: "URL", region: str) -> str:
    """Make a token for the user and the host of a database's URL, with the AWS credentials of this process.

    Raises:
        DiagnosticError: there are none, or boto3 is not installed.
    """
    try:
        client: Any = make_client("rds", {}, seconds=_SECONDS, region=region)
        token: str = client.generate_db_auth_token(
            DBHostname=url.host or "", Port=url.port or _PORT, DBUsername=url.username or "", Region=region
        )
    except ImportError:
        raise DiagnosticError(
            error("a token for the ledger needs boto3", "pip install 'cellwright[aws]'")
        ) from None
    except Exception as fault:
        if not type(fault).__module__.startswith("botocore."):
            raise
        said = " ".join(str(fault).split())
        known = credentials_fault(said)
        detail = f"{known[0]}: {known[1]}" if known is not None else "sign in to AWS"
        raise DiagnosticError(error(f"AWS gives no token for the ledger: {said}", detail)) from None
    return token
