"""A text as a QR code: an SVG without style or script, as the page's policy wants it."""

import segno
from markupsafe import Markup

_QUIET_ZONE = 4
"""Modules of white around it: what reads it needs them, whatever stands beside it."""


def qr_code(text: str, label: str) -> Markup:
    """Draw a text as a QR code, black on white in a dark page, too; `label` says what it is."""
    drawn = segno.make_qr(text, error="m").svg_inline(
        omitsize=True, border=_QUIET_ZONE, dark="#000", light="#fff", svgclass="qr-code", lineclass=None
    )
    # What is drawn are numbers; the text itself is nowhere in it.
    return Markup('<span class="qr" role="img" aria-label="{}">{}</span>').format(label, Markup(drawn))  # noqa: S704
