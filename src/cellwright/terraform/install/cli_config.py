"""Terraform's CLI configuration file, which says where providers come from."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.atomic import write_file
from cellwright.files.errors import file_errors
from cellwright.files.private import make_private_folder
from cellwright.model.binary import Product
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.terraform.install.mirror import Mirror

VARIABLE = "TF_CLI_CONFIG_FILE"

_OWN_NAMES: Mapping[Product, tuple[str, ...]] = {
    "terraform": (".terraformrc",),
    "tofu": (".tofurc", ".terraformrc"),
}
"""The user's own file, by product; the first that is there counts."""


_OVERRIDES = "dev_overrides"


@dataclass(frozen=True, slots=True)
class CliConfig:
    """Which configuration file Terraform reads."""

    path: Path | None
    """None: Terraform's own defaults."""
    digest: str
    """Changes when providers may come from elsewhere, so that `init` has to run again."""

    def environment(self) -> dict[str, str]:
        """The variables with which a Terraform process uses it."""
        return {} if self.path is None else {VARIABLE: str(self.path)}


def choose_cli_config(
    mirrors: Sequence[Mirror],
    environment: Mapping[str, str],
    cache: Path,
    *,
    named: bool,
    product: Product = "terraform",
) -> CliConfig:
    """Decide which configuration Terraform or OpenTofu reads.

    A mirror that was `named` comes first, then the user's own file (TF_CLI_CONFIG_FILE if it exists,
    `~/.terraformrc`, before it `~/.tofurc` for OpenTofu), then the mirrors that were found; with none,
    Terraform's defaults. A file of ours is named by its content, so that fleets which share a cache don't
    disturb each other.

    Raises:
        DiagnosticError: `cache` can't be written, or the environment names a file by a relative path.
    """
    own = None if named else own_config(environment, product)
    if own is not None:
        stat = own.stat()
        return CliConfig(own, f"{own}:{stat.st_mtime_ns}:{stat.st_size}")
    if not any(mirror.packages for mirror in mirrors):
        return CliConfig(None, "")
    content = render_cli_config(mirrors).encode()
    digest = hashlib.sha256(content).hexdigest()[:16]
    path = cache / "terraformrc" / f"{digest}.tfrc"
    with file_errors(f"{path} can't be written"):
        if not path.exists():
            make_private_folder(path.parent)
            write_file(path, content)
    return CliConfig(path, digest)


def may_override_providers(config: CliConfig, environment: Mapping[str, str]) -> bool:
    """Tell whether a configuration may have a provider started that the lock file does not name.

    `dev_overrides` does so. Without a file of that name in the environment, both products also read all that
    lies in the user's configuration folders.
    """
    if config.path is None:
        return any(folder.is_dir() and any(folder.glob("*.tfrc*")) for folder in _more_folders(environment))
    try:
        return _OVERRIDES in config.path.read_text(errors="replace")
    except OSError:
        return True


def render_cli_config(mirrors: Sequence[Mirror]) -> str:
    """Write the installation rules: each mirror for exactly what it holds, the network for the rest."""
    blocks = [
        f"  filesystem_mirror {{\n    path    = {_quote(str(mirror.folder))}\n"
        f"    include = {_list(mirror.sources)}\n  }}\n"
        for mirror in mirrors
        if mirror.packages
    ]
    held = sorted({source for mirror in mirrors for source in mirror.sources})
    return f"provider_installation {{\n{''.join(blocks)}  direct {{\n    exclude = {_list(held)}\n  }}\n}}\n"


def own_config(environment: Mapping[str, str], product: Product) -> Path | None:
    """Find the user's own configuration file.

    Raises:
        DiagnosticError: the environment names it by a path that begins in the current folder.
    """
    name = next((name for name in (VARIABLE, "TERRAFORM_CONFIG") if environment.get(name)), VARIABLE)
    chosen = environment.get(name)
    if chosen and not chosen.startswith("/"):
        summary = f"{name}={chosen} would take Terraform's configuration from the current folder"
        raise DiagnosticError(error(summary, f"write its whole path: export {name}=/.../{chosen}"))
    if chosen and Path(chosen).is_file():
        return Path(chosen)
    home = environment.get("HOME", "")
    if chosen or not home.startswith("/"):
        return None
    for name in _OWN_NAMES[product]:
        if (Path(home) / name).is_file():
            return Path(home) / name
    return None


def _more_folders(environment: Mapping[str, str]) -> tuple[Path, ...]:
    home, configuration = environment.get("HOME", ""), environment.get("XDG_CONFIG_HOME", "")
    found = (f"{home}/.terraform.d", f"{configuration or f'{home}/.config'}/opentofu")
    return tuple(Path(folder) for folder in found if folder.startswith("/"))


def _list(items: Sequence[str]) -> str:
    return f"[{', '.join(map(_quote, items))}]"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
