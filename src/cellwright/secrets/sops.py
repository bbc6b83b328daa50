"""Secrets from files that SOPS has encrypted, decrypted by the `sops` program into memory."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.model.text.json_text import read_json
from cellwright.model.text.search_path import program_path, without_current_folder
from cellwright.model.value import Json
from cellwright.secrets.folder import find_file, read_file
from cellwright.secrets.source import LIMIT, SecretFault

_REASONS = {
    2: "it can't be read",
    51: "it was changed by hand since it was encrypted (its MAC does not match)",
    52: "it has no MAC",
    100: "its form is not known by its name",
    111: "it is not encrypted, or with no key that is left",
    128: "no key that it is encrypted for is here",
    203: "it is not encrypted",
}
"""By the exit code of sops. What it prints is left out: it may quote the file."""
_ADVICE = {128: "let SOPS find a key: SOPS_AGE_KEY_FILE, or the credentials of its key service"}


@dataclass(frozen=True, slots=True)
class SopsSource:
    """Gives the keys of a file. Its program is the first `sops` in a folder of the PATH."""

    folder: Path
    timeout: float
    environment: Mapping[str, str] = field(repr=False)

    def read(self, name: str) -> Mapping[str, Json]:
        """Give the keys of an encrypted file."""
        path = find_file(self.folder, name)
        # Encrypted, so that anybody may read it.
        if len(read_file(path, name, private=False)) > LIMIT:
            raise SecretFault(f"the file '{name}' has more than {LIMIT:,} bytes", "split it")
        try:
            found: Json = read_json(self._decrypted(path, name))
        except (ValueError, RecursionError):
            raise SecretFault(f"what SOPS makes of '{name}' is no JSON", "use a YAML or JSON file") from None
        if not isinstance(found, Mapping):
            raise SecretFault(f"the file '{name}' has no keys", "use a file with keys and values")
        return found

    def _decrypted(self, path: Path, name: str) -> bytes:
        program = _program(self.environment)
        command = [program, "--decrypt", "--output-type", "json", str(path)]
        try:
            ended = subprocess.run(
                command,
                env=without_current_folder(self.environment),
                cwd=path.parent,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self.timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise SecretFault(
                f"SOPS has not ended within {self.timeout:g} seconds", "see whether its key service answers"
            ) from None
        except OSError as fault:
            raise SecretFault(f"{program} can't be started: {fault.strerror}", down=True) from None
        if ended.returncode:
            why = _REASONS.get(ended.returncode, f"exit code {ended.returncode}")
            advice = _ADVICE.get(ended.returncode, f"see what this says: sops --decrypt {path}")
            raise SecretFault(f"SOPS can't decrypt '{name}': {why}", advice)
        return ended.stdout


def _program(environment: Mapping[str, str]) -> str:
    found = shutil.which("sops", path=program_path(environment))
    if found is None:
        raise SecretFault("the program 'sops' is not on the PATH", "install SOPS 3", down=True)
    return found
