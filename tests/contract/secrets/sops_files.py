"""Files encrypted by the real SOPS, built from its Go module, for an age key of the test's own."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from go_build import NoGoError, build

_MODULE = Path(__file__).parents[2] / "sops"
_SOPS = "github.com/getsops/sops/v3/cmd/sops"
_KEYS = "filippo.io/age/cmd/age-keygen"


@dataclass(frozen=True)
class SopsFiles:
    """A folder of encrypted files."""

    folder: Path
    sops: Path
    key: Path
    recipient: str

    def environment(self) -> dict[str, str]:
        """What decrypts them."""
        return {
            "PATH": f".{os.pathsep}{self.sops.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.key.parent),
            "SOPS_AGE_KEY_FILE": str(self.key),
        }

    def encrypt(self, name: str, document: str) -> None:
        """Store a JSON document as an encrypted file, in the form that its name says."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        command = [str(self.sops), "--encrypt", "--age", self.recipient, "--input-type", "json"]
        done = subprocess.run(
            [*command, "--output-type", path.suffix[1:], "/dev/stdin"],
            input=document.encode(),
            env=self.environment(),
            capture_output=True,
            check=True,
        )
        path.write_bytes(done.stdout)


def sops_files(root: Path) -> SopsFiles:
    """Make a folder and a key; skips where SOPS is neither built nor can be."""
    try:
        sops, keys = build(_MODULE, _SOPS), build(_MODULE, _KEYS)
    except NoGoError:
        pytest.skip("SOPS is not built, and there is no Go here to build it with")
    key = root / "age.txt"
    subprocess.run([keys, "-o", key], check=True, capture_output=True)
    recipient = next(line for line in key.read_text().splitlines() if "public key" in line).split()[-1]
    (root / "kept").mkdir()
    return SopsFiles(root / "kept", sops, key, recipient)
