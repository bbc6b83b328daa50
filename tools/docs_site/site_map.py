"""Which file of the repository becomes which page of the site, and how links between them are written."""

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

GENERATED = ("reference/commands.md", "reference/settings.md", "reference/documents.md", "reference/api.md")
"""Pages that are made from the code."""
_OWN_PLACES = {"README.md": "index.md", "CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
_STACKS = "src/cellwright/reference/stacks/"
_DOCS = "docs/"
_README = "README.md"
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^()\s]+)\)")
_FENCE = re.compile(r"^( *)(```+|~~~+).*?^\1\2 *$", re.DOTALL | re.MULTILINE)
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|#")


@dataclass(frozen=True, slots=True)
class SiteMap:
    """The pages of the site, by the path of their file in the repository."""

    pages: Mapping[str, str]

    @classmethod
    def of(cls, root: Path) -> "SiteMap":
        """Find the pages in a repository."""
        docs = (path for path in (root / _DOCS).rglob("*") if path.is_file())
        stacks = (root / _STACKS).glob(f"*/*/{_README}")
        names = [path.relative_to(root).as_posix() for path in (*docs, *stacks)]
        return cls({name: page for name in sorted([*names, *_OWN_PLACES]) if (page := _page(name))})

    @property
    def outside_docs(self) -> Mapping[str, str]:
        """The pages whose files do not lie in `docs/`."""
        return {name: page for name, page in self.pages.items() if not name.startswith(_DOCS)}

    def source(self, page: str) -> str | None:
        """Name the file that a page is made of; None if it is made from the code."""
        return next((name for name, found in self.pages.items() if found == page), None)

    def with_links(self, text: str, source: str) -> str:
        """Write a file's links as its page needs them; one to a file that is no page becomes its text."""
        return _outside_code(text, lambda part: _LINK.sub(lambda found: self._link(found, source), part))

    def _link(self, found: re.Match[str], source: str) -> str:
        target, mark, anchor = found["target"].partition("#")
        if _OUTSIDE.match(found["target"]):
            return found[0]
        page = self._meant(posixpath.normpath(posixpath.join(posixpath.dirname(source), target)))
        if page is None:
            return found["text"]
        shown = posixpath.relpath(page, posixpath.dirname(self.pages[source]) or ".")
        return f"{found['image']}[{found['text']}]({shown}{mark}{anchor})"

    def _meant(self, path: str) -> str | None:
        """Find the page of a file; a broken link stays one, so that the build fails."""
        inside = path.startswith(_DOCS) or path in _OWN_PLACES
        return (
            self.pages.get(path)
            or self.pages.get(f"{path}/{_README}")
            or (path.removeprefix(_DOCS) if inside else None)
        )


def _page(name: str) -> str | None:
    if name.startswith(_STACKS):
        return f"stacks/{name.removeprefix(_STACKS).removesuffix(f'/{_README}')}.md"
    return name.removeprefix(_DOCS) if name.startswith(_DOCS) else _OWN_PLACES.get(name)


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    """Change what stands outside of code blocks."""
    parts: list[str] = []
    end = 0
    for fence in _FENCE.finditer(text):
        parts += [change(text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, change(text[end:])])
