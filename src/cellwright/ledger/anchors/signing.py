"""The key pair of the anchors: Ed25519 keys in OpenPGP's form, which `gpg` and `sq` read too.

The private key signs; it lies where commands run, in a file of its owner's, and never in the database or the
repository. The public key verifies; it is to be committed.
"""

import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.files.atomic import write_file
from cellwright.model.diagnostic import DiagnosticError, error

VARIABLE = "CELLWRIGHT_TRAIL_KEY"
"""The environment variable that names the file with the private key."""

_FILE = "trail-key.asc"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LARGEST = 65_536


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, and its origin for messages."""

    secret: str = field(repr=False)
    origin: Path

    def public(self) -> str:
        """The public key, armoured."""
        from pysequoia import Tsk  # noqa: PLC0415  9 MB, for few commands

        return str(Tsk.from_bytes(self.secret.encode()).extract_certificate())

    def sign(self, content: str | bytes) -> str:
        """Give the detached signature of a text or of bytes, armoured."""
        from pysequoia import SignatureMode, Tsk, sign  # noqa: PLC0415  as above

        signer = Tsk.from_bytes(self.secret.encode()).signer()
        return sign(signer, _bytes(content), mode=SignatureMode.DETACHED).decode()


def load_signing_key(folder: Path, environment: Mapping[str, str], *, create: bool) -> SigningKey | None:
    """The key in the file that CELLWRIGHT_TRAIL_KEY names, else in `folder`, where `create` makes it.

    None if there is none.

    Raises:
        DiagnosticError: its file can be read by others, holds no private key, or can't be read or made.
    """
    given = environment.get(VARIABLE)
    path = Path(given) if given else folder / _FILE
    try:
        if not path.exists():
            if given:
                raise _missing(path)
            if not create:
                return None
            _make(path)
        return SigningKey(_checked(_read_private(path), path), path)
    except OSError as failure:
        raise DiagnosticError(
            error(
                f"the key of the audit trail {path} can't be read or made: {failure.strerror or failure}",
                f"check its permissions, or name another file in {VARIABLE}",
            )
        ) from None


def verify_signature(content: str | bytes, signature: str, keys: Sequence[str]) -> bool:
    """Tell whether one of the public keys, armoured, made the signature of a text or of bytes."""
    from pysequoia import Cert, Sig, verify  # noqa: PLC0415  as above

    trusted = [Cert.from_bytes(key.encode()) for key in keys]
    try:
        made = Sig.from_bytes(signature.encode())
        found = verify(bytes=_bytes(content), store=lambda _: trusted, signature=made)
    except RuntimeError:
        return False
    return bool(found.valid_sigs)


def fingerprint(key: str) -> str:
    """The fingerprint of a public key, armoured: what people compare."""
    from pysequoia import Cert  # noqa: PLC0415  as above

    return str(Cert.from_bytes(key.encode()).fingerprint).upper()


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def foreign_key() -> DiagnosticError:
    """The private key of this machine is none of those that the fleet's settings accept."""
    return DiagnosticError(
        error(
            "this machine's key of the audit trail is not among `audit.keys`",
            "commit what `cellwright events key` prints and list the file there, or name the right key in "
            f"{VARIABLE}",
        )
    )


def read_public_key(path: Path) -> str:
    """Read a public key's file.

    Raises:
        DiagnosticError: it can't be read, or holds no public key.
    """
    from pysequoia import Cert  # noqa: PLC0415  as above

    advice = "put a public key there, as `cellwright events key` prints it"
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST)
        if b"PRIVATE KEY" in content:
            raise DiagnosticError(error(f"{path} holds a private key", f"remove it, and {advice}"))
        return str(Cert.from_bytes(content))
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise DiagnosticError(error(f"the public key {path} can't be read: {reason}", advice)) from None
    except RuntimeError:
        raise DiagnosticError(error(f"{path} holds no OpenPGP public key", advice)) from None


def _missing(path: Path) -> DiagnosticError:
    return DiagnosticError(
        error(f"there is no key in {path}, which {VARIABLE} names", "put the private key there, or unset it")
    )


def _make(path: Path) -> None:
    from pysequoia import Tsk  # noqa: PLC0415  as above

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # If two processes make a key at once, the second uses the first one's.
    with suppress(FileExistsError):
        write_file(path, str(Tsk.generate("cellwright audit trail")), durable=True, overwrite=False)


def _read_private(path: Path) -> str:
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & _OTHERS:
            raise DiagnosticError(
                error(
                    f"the private key {path} can be read by others", f"chmod 600 {path}, and make a new one"
                )
            )
        return file.read(_LARGEST).decode("ascii", "replace")


def _checked(secret: str, path: Path) -> str:
    from pysequoia import Tsk  # noqa: PLC0415  as above

    try:
        Tsk.from_bytes(secret.encode()).signer()
    except RuntimeError:
        raise DiagnosticError(
            error(
                f"{path} holds no OpenPGP private key that can sign",
                "move it away: the next command makes one; `cellwright events key` prints its public half",
            )
        ) from None
    return secret
