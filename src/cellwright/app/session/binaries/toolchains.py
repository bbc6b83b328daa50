"""The programs that a session's fleet is run with: each is found once, for all use cases."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cellwright.fleet.fleet import TerraformSettings
from cellwright.model.binary import BinarySettings, BinaryVersion
from cellwright.model.once import OncePerKey

if TYPE_CHECKING:
    from cellwright.terraform.toolchain import Toolchain


class Toolchains:
    """Finds Terraform or OpenTofu with its providers, and remembers what it found."""

    def __init__(
        self,
        root: Path,
        environment: Mapping[str, str],
        notice: Callable[[str], None],
        refuse: Callable[[BinarySettings], None],
    ) -> None:
        """`refuse` raises for a program that the fleet does not allow; `notice` is told what is fetched."""
        self._root = root
        self._environment = environment
        self._notice = notice
        self._refuse = refuse
        self._found: OncePerKey[tuple[TerraformSettings, BinarySettings], Toolchain] = OncePerKey()
        self._versions: OncePerKey[tuple[tuple[str, ...], BinarySettings], BinaryVersion] = OncePerKey()

    def find(self, settings: TerraformSettings, binary: BinarySettings) -> "Toolchain":
        """Give Terraform or OpenTofu with its providers, as `binary` wants it.

        Each is found once, and again when its file has been replaced.

        Raises:
            DiagnosticError: there is no usable Terraform, or a mirror that is named does not exist.
        """
        from cellwright.app.session.binaries.toolchain import find_toolchain  # noqa: PLC0415  it brings Terraform's rooms

        def find() -> "Toolchain":
            self._refuse(binary)
            found = find_toolchain(settings, binary, self._root, self._environment, self._notice)
            self._versions.clear()  # it may have been fetched just now
            return found

        known = self._found.get((settings, binary), find)
        if known.binary.is_current():
            return known
        self.forget()
        return self._found.get((settings, binary), find)

    def version(self, settings: TerraformSettings, binary: BinarySettings) -> BinaryVersion:
        """Tell what these settings choose; without a version if it is not on this machine.

        Raises:
            DiagnosticError: it is neither Terraform nor OpenTofu, or can't be started.
        """
        from cellwright.app.session.binaries.toolchain import chosen_version  # noqa: PLC0415  it brings Terraform's rooms

        patterns = settings.environment_pass

        def ask() -> BinaryVersion:
            self._refuse(binary)
            return chosen_version(binary, patterns, self._root, self._environment)

        return self._versions.get((patterns, binary), ask)

    def forget(self) -> None:
        """Find each program again when it is next asked for: one was replaced, or may have been."""
        self._found.clear()
        self._versions.clear()
