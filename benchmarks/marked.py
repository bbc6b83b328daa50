"""Sections of a document that benchmarks write: what stands between two marks, and nothing else."""

from pathlib import Path


def write_section(document: Path, name: str, text: str, program: str | None = None) -> None:
    """Replace the section `name` of a document; `program` writes it, if that has another name.

    Raises:
        SystemExit: the document has no such section.
    """
    begin, end = f"<!-- {name}: written by benchmarks/{program or name}.py -->", f"<!-- /{name} -->"
    before, found, rest = document.read_text().partition(begin)
    if not found:
        raise SystemExit(f"{document} has no section that begins with {begin}")
    after = rest.partition(end)[2]
    document.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}")
