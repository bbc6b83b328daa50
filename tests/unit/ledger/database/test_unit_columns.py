"""The columns that statements name are those of the tables."""

import pytest

from cellwright.ledger.database.tables import METADATA
from cellwright.ledger.read.event_query import COLUMNS as EVENT_COLUMNS
from cellwright.ledger.write.unit_writes import COLUMNS


@pytest.mark.parametrize("table", COLUMNS)
def test_a_units_row_is_written_whole(table: str) -> None:
    columns = METADATA.tables[table].columns
    assert sorted(COLUMNS[table]) == sorted(column.name for column in columns)
    assert [column.name for column in columns if column.primary_key] == [COLUMNS[table][0]]


def test_an_events_row_is_read_whole() -> None:
    assert ", ".join(column.name for column in METADATA.tables["events"].columns) == EVENT_COLUMNS
