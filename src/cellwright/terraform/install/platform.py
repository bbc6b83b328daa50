"""Terraform's name for this machine's platform."""

import platform


def this_platform() -> str:
    """This machine as Terraform names it: `linux_amd64`."""
    machine = platform.machine().lower()
    names = {"x86_64": "amd64", "aarch64": "arm64", "i686": "386", "i386": "386", "armv7l": "arm"}
    return f"{platform.system().lower()}_{names.get(machine, machine)}"
