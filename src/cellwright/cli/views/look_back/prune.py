"""What `prune` removed or would remove."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.history.prune import PruneReport
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Flowing, count, size

_DAY = len("2026-11-22")


def prune(found: PruneReport) -> Group:
    """What was or would be removed, which old runs stay, and what to do next."""
    return Group(*_lines(found))


def _lines(found: PruneReport) -> Iterator[RenderableType]:
    day = found.before[:_DAY]
    if not _is_any(found):
        yield Flowing(
            Text.assemble(("✓", palette.GOOD), f" Nothing to prune: no details are older than {day}."), 2
        )
    else:
        done, verb = ("✓ ", "Removed") if found.carried_out else ("", "Can be removed")
        lead = Text.assemble((done, palette.GOOD), f"{verb}, older than {day}: ")
        yield Flowing(lead.append(_amounts(found)), indent=2)
    if found.unfinished:
        runs = count(found.unfinished, "old run")
        stays = "stays" if found.unfinished == 1 else "stay"
        yield Flowing(
            Text(f"{runs} {stays} whole: `cellwright resume` can still go on.", style=palette.CAUTION)
        )
    yield from _ending(found)


def _is_any(found: PruneReport) -> bool:
    return bool(found.runs or found.logs or found.folders or found.caches or found.drift)


def _amounts(found: PruneReport) -> str:
    parts = []
    if found.runs:
        parts.append(f"{count(found.records, 'record')} of units in {count(found.runs, 'run')}")
    if found.logs:
        parts.append(count(found.logs, "log"))
    if found.folders:
        parts.append(count(found.folders, "working folder"))
    if found.drift:
        parts.append(count(found.drift, "record of drift that is over", "records of drift that is over"))
    if found.caches:
        parts.append(count(found.caches, "cache that nobody uses", "caches that nobody uses"))
    files = f" ({size(found.file_bytes)} of files)" if found.logs or found.folders or found.caches else ""
    return ", ".join(parts) + files


def _ending(found: PruneReport) -> Iterator[RenderableType]:
    before, after = found.ledger_bytes
    if not found.carried_out:
        if _is_any(found):
            yield Flowing(
                Text.assemble("Nothing was removed yet: repeat this with ", ("--yes", palette.ACCENT))
            )
    elif found.compacted and after < before:
        yield Flowing(
            Text(f"The ledger takes {size(after)}; before, it took {size(before)}.", style=palette.FAINT)
        )
    elif found.records:
        yield Flowing(
            Text(f"The ledger takes {size(after)}; freed space is used again.", style=palette.FAINT)
        )
