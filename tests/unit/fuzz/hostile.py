"""Reads files that were made to take memory, in a process that may take little; run by `test_memory`."""

import resource
import sys
from collections.abc import Callable
from pathlib import Path

from cellwright.fleet.yaml.reader import read_document
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.limits import CODE_BYTES, DOCUMENT_BYTES
from cellwright.stacks.reading.module_syntax import read_module
from unit.fleet.workbench import load

MEMORY = 200 * 1024 * 1024
"""Bytes that it may take more than after its imports."""
_LEVEL = "fleet: t\nlevels:\n  - {name: base, cells: cells, stacks: {one: {source: any}}}\n"


def _cell(form: str) -> Callable[[Path], object]:
    lines = [f"k{number}: {form.replace('@', f'${{cell.k{number - 1}}}')}" for number in range(1, 40)]
    text = "\n".join(["k0: abcdefgh", *lines, "stacks: {one: {a: '${cell.k39}'}}"])
    return lambda folder: load(folder, {"fleet.yaml": _LEVEL, "cells/a.yaml": text})


def _code(text: str) -> Callable[[Path], object]:
    return lambda _folder: read_module("s", {"main.tf": text.encode()[:CODE_BYTES]})


def _document(text: str) -> Callable[[Path], object]:
    return lambda _folder: read_document(text[:DOCUMENT_BYTES], "a.yaml")


CASES: tuple[Callable[[Path], object], ...] = (
    _cell("'@@'"),
    _cell("['@', '@']"),
    _code('a {\nx = "' + "y" * (CODE_BYTES - 20) + '"\n}\n'),
    _code("a {\nx = <<E\n" + "$" * (CODE_BYTES - 20) + "\nE\n}\n"),
    _document("a: [" + "[]," * DOCUMENT_BYTES),
    _document("a: " + "x " * DOCUMENT_BYTES),
)


def main(folder: Path) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    for number, read in enumerate(CASES):
        try:
            read(folder / str(number))
        except DiagnosticError:
            continue


if __name__ == "__main__":
    main(Path(sys.argv[1]))
