"""Settings of state backends that are credentials: by their names, and within URLs.

The names are those of both products' backends (azurerm, consul, cos, gcs, http, kubernetes, oci, oss, pg,
remote, s3) and of the older ones (artifactory, etcd, manta, swift).
"""

import re
from collections.abc import Iterator, Mapping

from cellwright.model.text.url_credentials import split_url, with_credentials, without_credentials
from cellwright.model.value import Json

_NAMES = (
    r"secret|token|passw|access_key|conn_str|credential|sas_|private_key|http_auth|client_key|"
    r"client_certificate(?!_path)|(?<!kms_)encryption_key|customer_key(?!_(sha|md5))|key_material|"
    r"^headers$|^env$"
)
_PLACES = r"_(files?|path|suffix)\Z"
"""Names of what only says where a secret is."""


def is_secret_setting(name: str) -> bool:
    """Tell whether a setting of a backend is or may hold a credential, by its name."""
    return re.search(_NAMES, name, re.IGNORECASE) is not None


def without_secrets(settings: Mapping[str, Json]) -> dict[str, Json]:
    """The settings of a backend that are no credentials; URLs without those that they hold."""
    return {key: _shown(value) for key, value in settings.items() if not is_secret_setting(key)}


def _shown(value: Json) -> Json:
    if isinstance(value, str):
        return without_credentials(value)
    if isinstance(value, Mapping):
        return without_secrets(value)
    return [_shown(item) for item in value] if isinstance(value, list | tuple) else value


def with_secrets_of(settings: Mapping[str, Json], other: Mapping[str, Json]) -> dict[str, Json]:
    """Settings without credentials, with those of `other`; its URLs' only for the same hosts."""
    secrets = {key: value for key, value in other.items() if is_secret_setting(key)}
    return {**secrets, **{key: _completed(value, other.get(key)) for key, value in settings.items()}}


def _completed(value: Json, other: Json) -> Json:
    both_texts = isinstance(value, str) and isinstance(other, str)
    return with_credentials(value, other) if both_texts else value  # type: ignore[arg-type]  # both are texts


def secret_values(settings: Json, *, secret: bool = False) -> Iterator[Json]:
    """Yield every credential in a backend's settings, to be masked; not the places of files that hold one."""
    if isinstance(settings, Mapping):
        for name, value in settings.items():
            named = is_secret_setting(name) and not re.search(_PLACES, name, re.IGNORECASE)
            yield from secret_values(value, secret=secret or named)
    elif isinstance(settings, list | tuple):
        for item in settings:
            yield from secret_values(item, secret=secret)
    elif secret:
        yield settings
    if isinstance(settings, str) and (url := split_url(settings)) is not None and url.credentials:
        yield url.credentials
        yield url.credentials.partition(":")[2] or url.credentials
        yield url.password or url.user
