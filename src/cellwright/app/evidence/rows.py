"""Rows of topics: written to JSON and CSV files as they come; only the first ones are kept, for the pages."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from cellwright.app.evidence.folder import DigestedFile, EvidenceFolder
from cellwright.evidence.sorting import Row
from cellwright.evidence.topics import BY_KEY, TOPICS, Topic
from cellwright.model.text.json_text import JsonStyle
from cellwright.model.text.spreadsheet import harmless

SHOWN = 200
"""So many rows of a topic stand on its page; the files have all."""
_LINE = JsonStyle(sort_keys=True, ensure_ascii=False, separators=(", ", ": "))


@dataclass(slots=True)
class TopicFiles:
    """The two files of a topic."""

    topic: Topic
    json: DigestedFile
    table: DigestedFile
    count: int = 0
    first: list[Row] = field(default_factory=list)

    def begin(self) -> None:
        """Write what stands before the rows."""
        self.json.write("[")
        self.table.write(_line(self.topic.columns))

    def add(self, row: Row) -> None:
        """Write a row; what is no column of the topic is left out."""
        kept = {name: row.get(name, "") for name in self.topic.columns}
        self.json.write(f"{',' if self.count else ''}\n{_LINE.write(kept)}")
        self.table.write(_line([harmless(shown(kept[name])) for name in self.topic.columns]))
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(kept)

    def end(self) -> None:
        """Write what stands after the rows."""
        self.json.write("\n]\n")


@dataclass(slots=True)
class TopicRows:
    """The files of all topics."""

    open: dict[str, TopicFiles]

    def add(self, topic: str, row: Row) -> None:
        """Write a row of a topic."""
        self.open[topic].add(row)

    def add_all(self, topic: str, rows: Iterable[Row]) -> None:
        """Write rows of a topic."""
        for row in rows:
            self.add(topic, row)

    def counts(self) -> dict[str, int]:
        """How many rows each topic has."""
        return {key: files.count for key, files in self.open.items()}


def open_rows(folder: EvidenceFolder, stack: ExitStack) -> TopicRows:
    """Open the files of all topics; they are closed with the stack."""
    found = {}
    for topic in TOPICS:
        json = stack.enter_context(folder.writing(f"{topic.key}.json"))
        table = stack.enter_context(folder.writing(f"{topic.key}.csv"))
        files = found[topic.key] = TopicFiles(BY_KEY[topic.key], json, table)
        files.begin()
        stack.callback(files.end)
    return TopicRows(found)


def shown(value: object) -> str:
    """A value of a row for people."""
    return "" if value is None else "yes" if value is True else "no" if value is False else str(value)


def _line(values: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(list(_one_line(values)))
    return buffer.getvalue()


def _one_line(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        yield value.replace("\r", " ").replace("\n", " ")
