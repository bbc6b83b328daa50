"""Values as JSON text and back, for columns that hold more than a scalar."""

from collections.abc import Mapping, Sequence

from cellwright.ledger.database.damage import reads
from cellwright.model.applied import AppliedInput, RecordedOutput
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.diagnostic_json import diagnostic_from_json, diagnostic_to_json
from cellwright.model.text.json_text import COMPACT, read_json
from cellwright.model.value import Json


def dump(value: object) -> str:
    """Compact ASCII JSON: it keeps every string in both databases, also NUL and lone surrogates."""
    return COMPACT.write(value)


def plain_text(text: str) -> str:
    """`text` as a text column can hold it: PostgreSQL refuses NUL, and UTF-8 lone surrogates."""
    return text.encode("utf-8", "replace").decode().replace("\0", "�")


def plain_json(value: Json) -> Json:
    """`value` with `plain_text` applied to every string."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, Mapping):
        return {plain_text(str(name)): plain_json(item) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [plain_json(item) for item in value]
    return value


def dump_values(values: Mapping[str, AppliedInput] | Mapping[str, RecordedOutput]) -> str:
    """JSON of inputs or outputs: name to [digest, value], or to [digest] if sensitive.

    A sensitive value is never written, even if the caller passes one.
    """
    return dump(
        {
            name: [item.digest] if item.sensitive else [item.digest, item.value]
            for name, item in values.items()
        }
    )


@reads("inputs")
def load_inputs(text: str) -> Mapping[str, AppliedInput]:
    """The reverse of `dump_values` for inputs."""
    return {
        name: AppliedInput(pair[0], sensitive=False, value=pair[1])
        if len(pair) > 1
        else AppliedInput(pair[0], sensitive=True)
        for name, pair in read_json(text).items()
    }


@reads("outputs")
def load_outputs(text: str) -> Mapping[str, RecordedOutput]:
    """The reverse of `dump_values` for outputs."""
    return {
        name: RecordedOutput(pair[0], sensitive=False, value=pair[1])
        if len(pair) > 1
        else RecordedOutput(pair[0], sensitive=True)
        for name, pair in read_json(text).items()
    }


def dump_diagnostics(diagnostics: Sequence[Diagnostic]) -> str | None:
    """JSON of diagnostics; None if there are none."""
    if not diagnostics:
        return None
    return dump([diagnostic_to_json(item) for item in diagnostics])


@reads("diagnostics")
def load_diagnostics(text: str | None) -> tuple[Diagnostic, ...]:
    """The reverse of `dump_diagnostics`."""
    if not text:
        return ()
    return tuple(map(diagnostic_from_json, read_json(text)))
