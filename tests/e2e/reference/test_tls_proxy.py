"""What client/app starts beside an app that speaks no TLS: nginx, with a key that the copy makes itself."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

from e2e.reference.readme import STACKS

SCRIPT = STACKS / "client" / "app" / "tls.sh.tftpl"
NGINX = """#!/bin/sh
echo "$PWD" > "$SEEN/place"
echo "$@" > "$SEEN/arguments"
"""


def test_it_makes_a_key_and_a_certificate_and_hands_bytes_on(tmp_path: Path) -> None:
    (tmp_path / "seen").mkdir()
    (tmp_path / "copy").mkdir()
    (tmp_path / "bin").mkdir()
    nginx = tmp_path / "bin" / "nginx"
    nginx.write_text(NGINX)
    nginx.chmod(0o755)
    script = SCRIPT.read_text()
    for name, value in {"name": "acme", "port": "8443", "app_port": "8080"}.items():
        script = script.replace(f"${{{name}}}", value)
    environment = {
        "PATH": f"{nginx.parent}:{os.environ['PATH']}",
        "TMPDIR": str(tmp_path / "copy"),
        "SEEN": str(tmp_path / "seen"),
    }

    subprocess.run(["/bin/sh", "-euc", script], env=environment, check=True, timeout=60)

    place = Path((tmp_path / "seen" / "place").read_text().strip())
    assert place.parent == tmp_path / "copy"
    arguments = (tmp_path / "seen" / "arguments").read_text().split()
    assert arguments == ["-e", "/dev/stderr", "-c", str(place / "nginx.conf")]
    assert stat.S_IMODE((place / "tls.key").stat().st_mode) == 0o600
    assert public_key("pkey", "-pubout", place / "tls.key") == public_key(
        "x509", "-pubkey", place / "tls.crt"
    )
    written = (place / "nginx.conf").read_text()
    for line in ("listen 8443 ssl;", "proxy_pass 127.0.0.1:8080;", f"ssl_certificate_key {place}/tls.key;"):
        assert line in written


def public_key(command: str, option: str, file: Path) -> str:
    program = shutil.which("openssl")
    assert program, "the script itself has just used it"
    noout = ["-noout"] if command == "x509" else []
    asked = [program, command, option, *noout, "-in", str(file)]
    return subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60).stdout
