"""A statement is read back as it was written, and nothing else is taken for one."""

import pytest

from cellwright.ledger.anchors.statement import LONGEST, AnchorRecord, Statement

GOOD = Statement("trial", 7, "ab" * 32, "2026-11-22T21:48:12+00:00")


def test_a_record_is_read_back() -> None:
    record = AnchorRecord(GOOD.text(), "-----BEGIN PGP SIGNATURE-----\n\nx\n")
    line = record.line()
    assert line.count("\n") == 1
    assert AnchorRecord.parse(line) == record
    assert Statement.parse(record.statement) == GOOD


@pytest.mark.parametrize(
    "line",
    [
        "",
        "x",
        "[]",
        "[" * 5000,
        '{"statement": 1, "signature": "x"}',
        '{"statement": "x"}',
        "9" * LONGEST * 2,
        r'{"statement": "\ud800", "signature": "x"}',
    ],
)
def test_other_lines_are_no_records(line: str) -> None:
    with pytest.raises(ValueError, match=r"record|JSON|Expecting|surrogates"):
        AnchorRecord.parse(line)


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD.text() + "more\n",
        GOOD.text().replace("event 7", "event 0"),
        GOOD.text().replace("event 7", "event x"),
        GOOD.text().replace("ab", "zz", 1),
        GOOD.text().replace("fleet trial\n", "fleet trial\nfleet other\n"),
    ],
)
def test_other_texts_are_no_statements(text: str) -> None:
    with pytest.raises(ValueError, match="no statement"):
        Statement.parse(text)
