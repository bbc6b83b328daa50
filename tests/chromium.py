"""The browser that tests drive: Debian's Chromium, through Playwright.

`python -m chromium` installs it where there is none, if it may.
"""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import psutil
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from missing import skip_without
from patience import PATIENCE

MISSING = "Chromium (apt-get install chromium)"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Root may not use the sandbox, and the memory that containers share between processes is small. To imitate a
# graphics card takes a sixth of the CPU seconds of a page.
_ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-software-rasterizer")

_LAST = 60.0
"""Seconds that a browser may take to end."""

Scheme = Literal["light", "dark"]
NARROW = 390
"""Pixels: a telephone."""
WIDE = 1280


def find_chromium() -> str | None:
    """Where the browser is."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the browser; skips the test where there is none."""
    path = find_chromium() or skip_without(MISSING)
    expect.set_options(timeout=PATIENCE * 1000)  # a busy machine is slow, not wrong
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=[*_ARGUMENTS])
        try:
            yield found
        finally:
            with _killed_after(_LAST):
                found.close()


@contextmanager
def _killed_after(seconds: float) -> Iterator[None]:
    """Kill this process's browsers if the block takes longer: Playwright waits for their end for ever."""
    timer = threading.Timer(seconds, _kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _kill() -> None:
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "chrom" in process.name():
                process.kill()


def window(opened: Browser, scheme: Scheme = "light", width: int = WIDE, height: int = 900) -> BrowserContext:
    """Open a window with cookies of its own."""
    return opened.new_context(
        color_scheme=scheme,
        viewport={"width": width, "height": height},
        device_scale_factor=1,
        reduced_motion="reduce",
    )


def install() -> None:
    """Install Debian's package."""
    for command in (("apt-get", "update", "-qq"), ("apt-get", "install", "-y", "-qq", "chromium")):
        subprocess.run(command, check=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def look(address: str, folder: Path, name: str, cookies: Mapping[str, str]) -> list[Path]:
    """Take pictures of a page: light and dark, narrow and wide."""
    pictures: list[Path] = []
    with browser() as opened:
        for scheme in ("light", "dark"):
            for width in (NARROW, WIDE):
                context = window(opened, "dark" if scheme == "dark" else "light", width)
                context.add_cookies(
                    [SetCookieParam(name=key, value=text, url=address) for key, text in cookies.items()]
                )
                page = context.new_page()
                page.goto(address)
                picture = folder / f"{name}-{scheme}-{width}.png"
                page.screenshot(path=picture, full_page=True)
                pictures.append(picture)
                context.close()
    return pictures


if __name__ == "__main__":
    if find_chromium() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
    if find_chromium() is None:
        print(f"tests will be skipped for want of {MISSING}", file=sys.stderr)  # noqa: T201  a program's output
