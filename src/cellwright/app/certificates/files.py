"""A certificate as files: the document, its PDF, and a detached signature of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.session.session import FleetSession
from cellwright.destruction.times import moment
from cellwright.documents.typesetting import typeset
from cellwright.files.atomic import write_file
from cellwright.files.errors import file_errors
from cellwright.ledger.certificates import IssuedCertificate
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, MissingError, error

ENDINGS = ("json", "json.asc", "pdf", "pdf.asc")
SIGNATURE = ".asc"
"""What the name of a detached signature ends with."""


@dataclass(frozen=True, slots=True)
class WrittenFiles:
    """The files of a certificate."""

    paths: tuple[Path, ...]
    lacking: tuple[Diagnostic, ...] = ()
    """Why there is no PDF."""


def stem(certificate: IssuedCertificate) -> str:
    """Give the name that a certificate's files share."""
    return f"{certificate.cell.cell}-certificate-{certificate.number}"


def pdf(certificate: IssuedCertificate) -> bytes:
    """Typeset a certificate; the same one gives the same bytes.

    Raises:
        DiagnosticError: typst is not installed.
    """
    named = {"digest": certificate.digest, "file": f"{stem(certificate)}.json"}
    return typeset("certificate", certificate.document, named, moment(certificate.said()["issued"]["at"]))


def file_of(session: FleetSession, certificate: IssuedCertificate, ending: str) -> bytes:
    """Give one of a certificate's files, named by its ending: `json`, `json.asc`, `pdf`, `pdf.asc`.

    Raises:
        MissingError: there is no such file.
        DiagnosticError: it can't be made, or not be signed.
    """
    match ending:
        case "json":
            return certificate.document.encode()
        case "json.asc":
            return certificate.signature.encode()
        case "pdf":
            return pdf(certificate)
        case "pdf.asc":
            return session.anchoring().sign(pdf(certificate)).encode()
        case _:
            raise MissingError(error(f"a certificate has no file '{ending}'", f"it has {', '.join(ENDINGS)}"))


def write_files(session: FleetSession, certificate: IssuedCertificate, folder: Path) -> WrittenFiles:
    """Write a certificate's files into a folder, in place of what is there under their names.

    Without typst there is no PDF, and the answer says so.

    Raises:
        DiagnosticError: they can't be written, or the PDF can't be signed.
    """
    lacking: tuple[Diagnostic, ...] = ()
    found: dict[str, bytes] = {
        ".json": certificate.document.encode(),
        f".json{SIGNATURE}": certificate.signature.encode(),
    }
    try:
        made = pdf(certificate)
    except DiagnosticError as fault:
        lacking = fault.diagnostics
    else:
        found |= {".pdf": made, f".pdf{SIGNATURE}": session.anchoring().sign(made).encode()}
    return WrittenFiles(tuple(_write(folder, stem(certificate), found)), lacking)


def _write(folder: Path, name: str, found: dict[str, bytes]) -> Iterator[Path]:
    with file_errors(f"the folder {folder} can't be made"):
        folder.mkdir(parents=True, exist_ok=True)
    for ending, content in found.items():
        path = folder / f"{name}{ending}"
        with file_errors(f"{path} can't be written"):
            write_file(path, content)
        yield path
