"""What Terraform, and any AWS client, needs in its environment to meet the sandbox instead of AWS."""

import os
from collections.abc import Mapping

ACCOUNT = "123456789012"
"""The account in which calls land that assumed no role."""


def client_environment(endpoint: str) -> Mapping[str, str]:
    """Describe the way to the sandbox at `endpoint`; holds no region, that belongs to the settings.

    S3 Control puts the account before the host name (`123456789012.127.0.0.1`), which resolves nowhere:
    plain HTTP goes through the sandbox as a proxy. Clients never use a proxy for 127.0.0.1 itself, nor this
    one for https. The user's own AWS settings are shut out, so that no profile leads to a real account.
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
