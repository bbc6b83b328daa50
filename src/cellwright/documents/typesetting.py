"""Typesets a template with typst. The data goes in beside it, never into it, so no text of it is markup."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files

from cellwright.documents.showing import showable
from cellwright.model.diagnostic import DiagnosticError, error


def typeset(template: str, document: str, named: Mapping[str, str], at: datetime) -> bytes:
    """Make the PDF of a template; the same data at the same moment gives the same bytes.

    The template has the document, JSON in ASCII, as `document`, and as `shown` with what its fonts can show;
    what is `named` as it is.

    Raises:
        DiagnosticError: typst is not installed, or can't typeset it.
    """
    try:
        import typst  # noqa: PLC0415  an extra, and 40 MB
    except ImportError:
        raise DiagnosticError(
            error(
                "a PDF needs the package typst, which is not installed",
                "install it: pip install 'cellwright[documents]'; the JSON document says the same",
            )
        ) from None
    source = files("cellwright.documents").joinpath(f"{template}.typ").read_bytes()
    try:
        return typst.compile(
            source,
            format="pdf",
            sys_inputs=inputs(document, named),
            ignore_system_fonts=True,
            pdf_standards="a-3b",  # to be kept for long, and with the data attached
            timestamp=at.astimezone(UTC),
        )
    except (typst.TypstError, RuntimeError) as fault:
        raise DiagnosticError(
            error(f"the PDF can't be made: {fault}", "the JSON document says the same; report this")
        ) from None


def inputs(document: str, named: Mapping[str, str]) -> dict[str, str]:
    """Give what a template gets."""
    return {"document": document, "shown": showable(document), **named}
