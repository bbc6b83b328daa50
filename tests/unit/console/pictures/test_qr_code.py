"""The QR code of an authenticator app: what it holds, and that a page's policy lets it be shown."""

import segno

from cellwright.console.pictures.qr_code import qr_code

ADDRESS = "otpauth://totp/Cellwright%20trial:ada?secret=JBSWY3DPEHPK3PXP&issuer=Cellwright%20trial"


def test_it_is_the_code_of_the_text() -> None:
    drawn = str(qr_code(ADDRESS, "The key"))
    rows = segno.make_qr(ADDRESS, error="m").matrix
    # Each row's line begins at its first dark module; the border is four wide.
    assert f'stroke="#000" d="M4 4.5h{_first_run(rows[0])}' in drawn
    assert f'viewBox="0 0 {len(rows) + 8} {len(rows) + 8}"' in drawn
    assert drawn != qr_code(ADDRESS.replace("JBSW", "KBSW"), "The key")


def test_nothing_in_it_is_styled_or_run_and_the_key_is_not_to_be_read() -> None:
    drawn = str(qr_code(ADDRESS, '"><script>'))
    assert "style" not in drawn
    assert "<script" not in drawn
    assert "JBSWY3DPEHPK3PXP" not in drawn
    assert drawn.startswith('<span class="qr" role="img" aria-label="&#34;&gt;&lt;script&gt;">')


def _first_run(row: bytes | bytearray) -> int:
    return next(place for place, dark in enumerate(row) if not dark)
