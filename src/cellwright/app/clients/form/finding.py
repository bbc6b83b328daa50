"""Brings the findings of a check to the fields of the form."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from cellwright.app.clients.form.draft import Draft, Places
from cellwright.app.clients.form.fields import FieldKind, Form, FormValues
from cellwright.app.clients.typed_secrets import typed_secrets
from cellwright.app.session.snapshot import Planned
from cellwright.fleet.yaml.reader import read_document
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.value import Json

_NAMED = re.compile(
    r"input '(?P<input>[^']+)' of stack '(?P<stack>[^']+)'"
    r"|stack '(?P<needing>[^']+)' needs the input '(?P<missing>[^']+)'"
)
"""How findings name an input: what is missing has no place of its own in the file."""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field."""

    finding: Diagnostic
    line: int | None = None
    """Within what was typed, where that has several lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A form as it was checked."""

    form: Form
    values: FormValues
    planned: Planned
    cell: CellAddress
    own: str
    """The file that the form writes."""

    def sorted(self, draft: Draft) -> tuple[dict[str, tuple[FieldFault, ...]], tuple[Diagnostic, ...]]:
        """Give every finding at its field, and those of no field."""
        faults = {key: [self._of_typed(key, item) for item in found] for key, found in draft.faults.items()}
        others: list[Diagnostic] = []
        places = Places.of(draft.text)
        for item in (*self._found(), *self._secrets(draft.text)):
            key = self._key_of(item, places)
            if key is None:
                others.append(item)
            elif key not in draft.faults:
                faults.setdefault(key, []).append(self._of_file(key, item, places))
        for key in self._unchosen():
            faults[key] = [FieldFault(error("choose one", "the fleet has no default for it"))]
            others = []  # what follows from it helps nobody
        return {key: tuple(items) for key, items in faults.items()}, tuple(others)

    def _found(self) -> Iterator[Diagnostic]:
        for item in self.planned.snapshot.fleet.diagnostics:
            summary = item.summary.removesuffix(f" ({self.cell})")
            yield Diagnostic(item.severity, summary, item.detail, item.position)

    def _secrets(self, text: str) -> Iterator[Diagnostic]:
        """Find secrets that are written out in whatever field; their values are not repeated."""
        root = read_document(text, "").root
        known = self.cell in self.planned.snapshot.fleet.cells
        if root is None or not known or not isinstance(root.value, Mapping):
            return
        settings = cast("Mapping[str, Json]", root.value)  # references are texts in a file
        for name in typed_secrets(self.planned.snapshot, self.cell, settings):
            yield error(
                f"'{name}' is sensitive, and its value would be in the repository for all to read",
                "write where it is kept: ${secret.SOURCE.NAME}",
            )

    def _unchosen(self) -> Iterator[str]:
        merged = self.planned.merged
        for item in self.form.keys if merged is not None else ():
            if item.required and merged is not None and merged.get(item.key) is None:
                yield item.key

    def _key_of(self, item: Diagnostic, places: Places) -> str | None:
        if named := _NAMED.search(item.summary):
            stack, name = named["stack"] or named["needing"], named["input"] or named["missing"]
            if (key := f"stacks.{stack}.{name}") in self.form.fields:
                return key
        if item.position is None or item.position.file != self.own:
            return None
        found = places.key_at(item.position)
        return found if found in self.form.fields or found in self.form.switches else None

    def _of_file(self, key: str, item: Diagnostic, places: Places) -> FieldFault:
        if not self._has_lines(key) or item.position is None or item.position.file != self.own:
            return FieldFault(item)
        root = read_document(self.values.get(key, ""), "").root
        begins = root.line if root is not None else 1
        return FieldFault(item, max(item.position.line - places.first_line(key) + begins, 1))

    def _of_typed(self, key: str, item: Diagnostic) -> FieldFault:
        """A fault of reading what was typed: its position is within that."""
        line = item.position.line if self._has_lines(key) and item.position is not None else None
        return FieldFault(Diagnostic(item.severity, item.summary, item.detail), line)

    def _has_lines(self, key: str) -> bool:
        known = self.form.fields.get(key)
        return known is not None and known.kind is FieldKind.YAML
