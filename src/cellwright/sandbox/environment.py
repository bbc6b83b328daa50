"""The environment that makes Terraform, and any AWS client, use the sandbox instead of AWS."""

import os
from collections.abc import Mapping

ACCOUNT = "123456789012"
"""The account of calls that assumed no role."""


def client_environment(endpoint: str) -> Mapping[str, str]:
    """Give the variables for the sandbox at `endpoint`; without a region, which the settings name.

    S3 Control puts the account before the host name (`123456789012.127.0.0.1`), which can't be resolved, so
    the sandbox is also the proxy for plain HTTP. Clients use no proxy for 127.0.0.1 itself, nor this one for
    https. The user's own AWS settings are excluded, so that no profile leads to a real account.
    """
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "HTTP_PROXY": endpoint,
        "http_proxy": endpoint,
    }
