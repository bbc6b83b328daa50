"""What a newer Cellwright ships, repository by repository, and what to do about it."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.stacks.update import PROPOSAL, Standing, Update, Updates
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, Flowing, count, stacked
from cellwright.git.branches import Change

_SHOWN = 12
_KINDS = {"A": "new", "D": "gone", "M": "changed", "T": "changed"}
_QUIET = {Standing.CURRENT, Standing.UNRELATED}


def updates(found: Updates) -> Group:
    """Each repository with something to do, then how many have nothing."""
    blocks = [_block(item, found) for item in found.repositories if item.standing not in _QUIET]
    return stacked(*blocks, [*_quiet(found)])


def _block(item: Update, found: Updates) -> list[RenderableType]:
    style, text = _said(item)
    lines: list[RenderableType] = [
        Flowing(Text.assemble((item.name, palette.STRONG), "  ", (text, style)), 4)
    ]
    if item.changes:
        lines.append(Columns([_change(change, item) for change in item.changes[:_SHOWN]], indent=2))
    if len(item.changes) > _SHOWN:
        lines.append(Text(f"  and {len(item.changes) - _SHOWN} more", style=palette.FAINT))
    if item.open_files:
        lines.append(Flowing(Text("  What is not committed there is in no proposal.", style=palette.CAUTION)))
    lines += [Flowing(Text(f"  {line}", style=palette.FAINT), indent=4) for line in item.told]
    return [*lines, *_next(item, found)]


def _said(item: Update) -> tuple[str, str]:
    since = f"{count(len(item.changes), 'file')} changed in the reference since {item.before}"
    conflicts = f"{since}; {count(len(item.conflicts), 'file')} in conflict with yours"
    return {
        Standing.PROPOSED: (palette.GOOD, since),
        Standing.CONFLICTS: (palette.BAD, conflicts),
        Standing.NEW: (palette.GOOD, "a new stack of the reference"),
        Standing.GONE: (palette.CAUTION, "the reference has it no more; it is yours to keep"),
        Standing.BUSY: (palette.CAUTION, f"the branch {PROPOSAL} has commits that are not merged"),
    }[item.standing]


def _change(change: Change, item: Update) -> tuple[Text, ...]:
    conflict = change.path in item.conflicts
    kind = Text("conflict" if conflict else _KINDS.get(change.kind, change.kind))
    kind.stylize(palette.BAD if conflict else palette.FAINT)
    return kind, Text(f"+{change.added} -{change.removed}"), Text(change.path)


def _next(item: Update, found: Updates) -> Iterator[RenderableType]:
    if found.dry_run:
        return
    commands = {
        Standing.PROPOSED: (
            f"git -C {item.folder} diff HEAD...{PROPOSAL}",
            f"git -C {item.folder} merge {PROPOSAL}",
        ),
        Standing.CONFLICTS: (f"git -C {item.folder} merge reference",),
        Standing.BUSY: (f"git -C {item.folder} merge {PROPOSAL}",),
    }
    for command in commands.get(item.standing, ()):
        yield Text(f"  {command}", style=palette.ACCENT)


def _quiet(found: Updates) -> Iterator[RenderableType]:
    current = sum(item.standing is Standing.CURRENT for item in found.repositories)
    others = [item.name for item in found.repositories if item.standing is Standing.UNRELATED]
    if current:
        total = count(current, "repository has", "repositories have")
        yield Text.assemble(("✓", palette.GOOD), f" {total} all that Cellwright {found.version} ships")
    if others:
        yield Flowing(
            Text(
                f"· left alone, as it does not say what it was made from: {', '.join(others)}",
                style=palette.FAINT,
            ),
            2,
        )
    if found.dry_run:
        yield Text("Nothing was written: leave --dry-run out for the branches.")
