"""What became of a fleet's stacks as git projects."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.stacks.export import Exported
from cellwright.app.stacks.listing import ListedStack
from cellwright.app.stacks.split import Split
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, Flowing, count, stacked
from cellwright.cli.views import diagnostics
from cellwright.cli.views.excerpt import Finding

_PUSH = (
    "git -C REPOSITORY push origin --all --follow-tags",
    "for each, once its project is there; the stacks first",
)


def split(made: Split) -> Group:
    """How many repositories were made, what could not be pushed, and which commands to try."""
    total = f" {count(1 + len(made.stacks), 'git repository', 'git repositories')} in "
    folder = made.fleet.folder.parent
    head = Flowing(
        Text.assemble(
            ("✓", palette.GOOD),
            total,
            (str(folder), palette.STRONG),
            f": fleet/, and {len(made.stacks)} in stacks/",
        ),
        indent=2,
    )
    findings = [Finding(diagnostics.line(item), item) for item in made.findings]
    return stacked([head, *_remote(made)], findings, [Text("Next:"), _next(made)])


def exported(made: Exported) -> Group:
    """Which repositories were made, and what became of the folders."""
    head = Text.assemble(
        ("✓", palette.GOOD), f" {count(len(made.projects), 'stack')} moved into git projects:"
    )
    rows = [(Text(item.name, style=palette.STRONG), Text(item.source or "")) for item in made.projects]
    said: list[RenderableType] = []
    if made.removed:
        said.append(
            Flowing(Text("Their folders are gone from the fleet; fleet.yaml is committed."), indent=0)
        )
    said += [
        Flowing(Text(f"{source} stays: other stacks need files in it.", style=palette.CAUTION))
        for source in made.kept
    ]
    findings = [Finding(diagnostics.line(item), item) for item in made.findings]
    steps = [] if made.pushed or made.projects[0].url is None else [_PUSH]
    steps.append(("cellwright status", "the same files, so nothing changes"))
    return stacked([head, Columns(rows, indent=2)], said, findings, [Text("Next:"), _commands(steps)])


def listed(found: Sequence[ListedStack]) -> Group:
    """Every stack in a row; one with several versions has a row for each."""
    rows = [row for item in found for row in _rows(item)]
    return Group(Columns(rows, header=("stack", "version", "units", "source")))


def _rows(item: ListedStack) -> Iterator[tuple[Text, ...]]:
    name = Text(f"{item.level}/{item.name}", style=palette.STRONG)
    source = Text(item.source, style=palette.FAINT)
    if not item.versions:
        yield name, Text("-"), Text("0", justify="right"), source
    for number, used in enumerate(item.versions):
        units = Text(f"{len(used.units)}")
        yield (
            (Text("") if number else name),
            Text(used.version or "-"),
            units,
            (Text("") if number else source),
        )


def _remote(made: Split) -> Iterator[RenderableType]:
    if made.fleet.url is None:
        return
    said = " pushed to " if made.pushed else " not pushed yet; their remote is "
    base = made.fleet.url.removesuffix("fleet.git")
    mark = ("✓", palette.GOOD) if made.pushed else ("·", palette.CAUTION)
    yield Flowing(Text.assemble(mark, said, (base, palette.STRONG)), indent=2)


def _next(made: Split) -> Columns:
    steps: list[tuple[str, str]] = []
    if made.fleet.url is not None and not made.pushed:
        steps.append(_PUSH)
    steps += [
        (f"cd {made.fleet.folder}", ""),
        ("cellwright check", "look for errors in the settings"),
        ("cellwright status", "see what there is to do"),
        ("cellwright stacks update", "later: merge what a newer Cellwright ships"),
    ]
    return _commands(steps)


def _commands(steps: Sequence[tuple[str, str]]) -> Columns:
    rows = [(Text(command, style=palette.ACCENT), Text(said, style=palette.FAINT)) for command, said in steps]
    return Columns(rows, indent=2)
