"""Secrets from HashiCorp Vault, or OpenBao: the KV engine of version 2, by its HTTP API."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json
from cellwright.secrets.source import LIMIT, SecretFault
from cellwright.web.opener import CertificatesError, NoRedirects, opener_of, reason_of

_MOST = 4 * LIMIT
"""Bytes of an answer; it holds more than the secret."""
DEFAULT_MOUNT = "secret"
DEFAULT_VARIABLE = "VAULT_TOKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultSource:
    """Gives the newest version of a secret: its keys with their values."""

    address: str
    mount: str
    namespace: str | None
    token_file: Path | None
    token_variable: str
    ca_file: Path | None
    timeout: float
    environment: Mapping[str, str] = field(repr=False)

    def read(self, name: str) -> Mapping[str, Json]:
        """Give the keys of a secret."""
        answer = self._get(f"{self.address.rstrip('/')}/v1/{quote(self.mount.strip('/'))}/data/{quote(name)}")
        data = answer.get("data") if isinstance(answer, Mapping) else None
        found = data.get("data") if isinstance(data, Mapping) else None
        if not isinstance(found, Mapping):
            raise SecretFault(
                f"{self.address} does not answer as a KV engine of version 2 does",
                "correct `mount` of the source; `vault secrets list` shows the engines",
            )
        return found

    def _get(self, url: str) -> Json:
        headers = {"X-Vault-Token": self._token(), "X-Vault-Request": "true"}
        if self.namespace:
            headers["X-Vault-Namespace"] = self.namespace
        request = urllib.request.Request(url, headers=headers)  # noqa: S310  the scheme was checked with fleet.yaml
        try:
            opener = opener_of(
                self.environment, NoRedirects(), certificates=str(self.ca_file) if self.ca_file else None
            )
            with opener.open(request, timeout=self.timeout) as response:
                content = response.read(_MOST + 1)
                if response.length and len(content) <= _MOST:
                    raise self._unreachable("its answer broke off")
        except CertificatesError as fault:
            raise SecretFault(str(fault), "correct `ca_file` or SSL_CERT_FILE", down=True) from None
        except urllib.error.HTTPError as fault:
            with fault:
                raise self._refused(fault.code) from None
        except urllib.error.URLError as fault:
            raise self._unreachable(fault.reason) from None
        except (OSError, ValueError, http.client.HTTPException) as fault:
            raise self._unreachable(fault) from None
        if len(content) > _MOST:
            raise SecretFault(f"it has more than {LIMIT:,} bytes", "keep large data elsewhere")
        try:
            found: Json = read_json(content)
        except (ValueError, RecursionError):
            raise SecretFault(
                f"{self.address} does not answer as Vault does", "correct `address` of the source", down=True
            ) from None
        return found

    def _token(self) -> str:
        if self.token_file is None:
            token = self.environment.get(self.token_variable, "")
            missing = f"set {self.token_variable}, or name a file with `token_file`"
        else:
            try:
                token = self.token_file.read_text("ascii")
            except (OSError, UnicodeDecodeError) as fault:
                why = fault.strerror if isinstance(fault, OSError) else "it is no text"
                raise SecretFault(
                    f"the token in {self.token_file} can't be read: {why}",
                    "correct `token_file` of the source, or log in again",
                    down=True,
                ) from None
            missing = f"log in again: {self.token_file} is empty"
        token = token.strip()
        if not token or not token.isascii() or not token.isprintable():
            raise SecretFault(f"there is no token for {self.address}", missing, down=True)
        return token

    def _refused(self, code: int) -> SecretFault:
        if code == HTTPStatus.NOT_FOUND:
            return SecretFault(
                f"{self.address} has nothing under this name in '{self.mount}', or it was deleted",
                "store it, or correct the reference: it names neither the mount nor `data/`",
            )
        if code in (HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED):
            return SecretFault(
                f"{self.address} refuses the token ({code})",
                "see that it has not run out, and that its policy allows `read` of this path",
            )
        if code in (301, 302, 303, 307, 308):
            return SecretFault(
                f"{self.address} sends us to another address, where the token is not sent",
                "write the other address as `address` of the source",
                down=True,
            )
        down = code >= HTTPStatus.INTERNAL_SERVER_ERROR or code == HTTPStatus.TOO_MANY_REQUESTS
        return SecretFault(
            f"{self.address} answers {code}",
            "see whether it is sealed or overloaded" if down else "",
            down=down,
        )

    def _unreachable(self, reason: object) -> SecretFault:
        why, advice = reason_of(reason)
        if isinstance(reason, TimeoutError):
            why = f"no answer within {self.timeout:g} seconds"
        return SecretFault(
            f"{self.address} can't be reached: {why}", advice or "correct `address`, or try again", down=True
        )
