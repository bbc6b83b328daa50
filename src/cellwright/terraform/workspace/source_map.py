"""Maps files in a working folder to the source files that they were copied from."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.stacks.source.tree import StackTree


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Where the files of one stack came from."""

    module: str
    """The root module's path inside the tree, where Terraform runs."""
    files: Mapping[str, Path]
    """Path inside the tree to the file that it was copied from."""
    root: Path
    """The fleet's root: a file inside it is named relative to it."""

    @classmethod
    def of(cls, tree: StackTree, root: Path) -> "SourceMap":
        """Map the files of `tree`."""
        return cls(tree.module, {file.path: file.source for file in tree.files}, root)

    def original(self, name: str) -> str:
        """Give the source file of what Terraform calls `name` (relative to where it runs), for messages."""
        source = self.files.get(os.path.normpath(f"{self.module}/{name}"))
        if source is None:
            return name
        return str(source.relative_to(self.root) if source.is_relative_to(self.root) else source)
