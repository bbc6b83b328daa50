"""What became of a fleet's stacks as git projects."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.stacks.split import Split
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, Flowing, count, stacked
from cellwright.cli.views import diagnostics


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
    findings = [Flowing(diagnostics.line(item), indent=4) for item in made.findings]
    return stacked([head, *_remote(made)], findings, [Text("Next:"), _next(made)])


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
        command = "git -C REPOSITORY push origin main reference --tags"
        steps.append((command, "for each, once its project is there; the stacks first"))
    steps += [
        (f"cd {made.fleet.folder}", ""),
        ("cellwright check", "look for errors in the settings"),
        ("cellwright status", "see what there is to do"),
    ]
    return _commands(steps)


def _commands(steps: Sequence[tuple[str, str]]) -> Columns:
    rows = [(Text(command, style=palette.ACCENT), Text(said, style=palette.FAINT)) for command, said in steps]
    return Columns(rows, indent=2)
