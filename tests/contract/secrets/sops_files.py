"""Files encrypted by the real SOPS, built from its Go module, for an age key of the test's own."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from go_sops import AGE_KEYGEN, SOPS, program


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
    """Make a folder and a key; the test is skipped where SOPS is not built."""
    sops, keys = program(SOPS), program(AGE_KEYGEN)
    key = root / "age.txt"
    subprocess.run([keys, "-o", key], check=True, capture_output=True)
    recipient = next(line for line in key.read_text().splitlines() if "public key" in line).split()[-1]
    (root / "kept").mkdir()
    return SopsFiles(root / "kept", sops, key, recipient)
