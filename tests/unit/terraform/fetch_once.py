"""Fetches a version of OpenTofu as one process of several: ADDRESS KEY_FILE STORE VERSION."""

import sys
from dataclasses import replace
from pathlib import Path

from cellwright.terraform.install.fetch.fetching import Fetcher
from cellwright.terraform.install.fetch.product_releases import RELEASES
from cellwright.terraform.install.fetch.store import Store
from cellwright.terraform.install.fetch.web import Web


def main(address: str, key_file: str, store: str, version: str) -> None:
    releases = replace(RELEASES["tofu"], address=address, key_files=(Path(key_file),))
    print(Fetcher(releases, Store(Path(store)), Web({}), _say).fetch(version))  # noqa: T201  the answer


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  its parent waits for it


if __name__ == "__main__":
    main(*sys.argv[1:])
