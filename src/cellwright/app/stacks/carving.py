"""Makes the git project of one stack that lies in a fleet, with its history."""

from pathlib import Path

from cellwright.app.session.session import FleetSession
from cellwright.app.stacks.local import LocalStack
from cellwright.app.stacks.origin import BRANCH, Base, Origin
from cellwright.app.stacks.shipped import STACKS, stack_of
from cellwright.git import branches
from cellwright.git.repository import Repository
from cellwright.git.splitting import borrow, first_commit, folder_history, make_own, own_step, subtree
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.unit import StackPin
from cellwright.stacks.catalogue import Catalogue


def make_project(fleet: Repository, stack: LocalStack, base: Base | None, folder: Path, tag: str) -> None:
    """Make it in a new folder, with a tag; `base` is what the fleet was made from.

    Raises:
        DiagnosticError: git can't read the fleet's repository or write the new one, or the tag is no name.
    """
    made = borrow(fleet, folder)
    if stack.is_folder:
        steps = list(folder_history(fleet, stack.above))
    else:
        tree = subtree(fleet, made, stack.above, stack.paths())
        head = fleet.head()
        steps = [own_step(fleet, tree, f"Start from {stack.source} of the fleet\n\nAt its commit {head}.")]
    origin = origin_of(stack, base)
    shipped = branches.tree_of(fleet, base.commit, stack.above) if base and origin else None
    if origin and shipped:
        first = own_step(fleet, shipped, origin.message(f"Cellwright's reference stack {origin.what}"))
        steps = [first, *(steps[1:] if steps[0].tree == shipped else steps)]
    make_own(made, steps)
    if origin and shipped:
        branches.set_branch(made, BRANCH, first_commit(made))
    branches.add_tag(made, tag, "HEAD", f"{tag}: as it was in the fleet\n")


def origin_of(stack: LocalStack, base: Base | None) -> Origin | None:
    """Tell which stack of the reference it was made from; None if it was not."""
    name = stack_of(f"{stack.above}/")
    if base is None or name is None or not stack.is_folder or stack.above != f"{STACKS}{name}":
        return None
    return Origin(name, base.origin.version)


def compare(session: FleetSession, stack: LocalStack, folder: Path) -> None:
    """Make sure that the project is the stack, file for file: else every unit of it would be changed.

    Raises:
        DiagnosticError: it is not.
    """
    product_of = session.usable().stacks.product_of
    catalogue = Catalogue(folder.parent, session.home.cache, session.environment, product_of)
    found = catalogue.tree(StackPin(f"./{folder.name}/{stack.tree.module}"))
    wanted = {file.path: (file.sha256, file.executable) for file in stack.tree.files}
    if {file.path: (file.sha256, file.executable) for file in found.files} != wanted:
        summary = f"the project made of {stack.source} does not have the same files"
        raise DiagnosticError(error(summary, "make it by hand: git may change line ends by .gitattributes"))
