"""Whose fleet is obeyed: fleet.yaml names the programs that run, so it must not be another user's."""

from collections.abc import Mapping
from pathlib import Path

from cellwright.app.session.home import Home
from cellwright.app.session.location import Location
from cellwright.files.errors import file_errors
from cellwright.files.ownership import trusted_owners, user_name
from cellwright.fleet.fleet import FLEET_FILE
from cellwright.fleet.load.entry import find_root
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.search_path import without_current_folder

VARIABLE = "CELLWRIGHT_SAFE_FLEETS"
"""Folders of fleets that are obeyed whoever owns them, separated by colons; `*` is all of them."""

_ROOT = 0
_GIT_KEY = "safe.directory"
_GIT_COUNT = "GIT_CONFIG_COUNT"


def obeyed_home(location: Location) -> Home:
    """Find the fleet at a location, if it may be obeyed; its environment is that of all that is done in it.

    Raises:
        DiagnosticError: there is none, it belongs to another user, or its `.cellwright` is not to be trusted.
    """
    environment = without_current_folder(location.environment)
    root = find_root(location.fleet)
    refuse_foreign(root, environment)
    home = Home(root, with_safe_folder(root, environment), location.home)
    home.check()
    return home


def refuse_foreign(root: Path, environment: Mapping[str, str]) -> None:
    """Refuse a fleet that belongs to another user, as git refuses a repository.

    Its folder and its fleet.yaml must belong to this user, and the folders above to this user or root. Root
    also obeys a fleet of the user who started it through sudo. The person can allow others, by
    CELLWRIGHT_SAFE_FLEETS or by git's own `safe.directory`; nothing within the fleet can.

    Raises:
        DiagnosticError: it belongs to somebody else, and nobody has allowed it.
    """
    foreign = _foreign(root, trusted_owners(environment))
    if foreign is None or _is_allowed(root, environment):
        return
    place, owner = foreign
    raise DiagnosticError(
        error(
            f"{place} belongs to {user_name(owner)}: this fleet is not used",
            "a fleet decides which programs run as you; if you trust whoever may change it:"
            f" git config --global --add safe.directory {root} (or {VARIABLE}={root})",
        )
    )


def with_safe_folder(root: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Let git, too, obey a fleet that CELLWRIGHT_SAFE_FLEETS allows."""
    git = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    if git is None or not _matches(root, _named(environment)):
        return dict(environment)
    count = environment.get(_GIT_COUNT, "")
    number = int(count) if count.isascii() and count.isdigit() else 0
    return {
        **environment,
        _GIT_COUNT: str(number + 1),
        f"GIT_CONFIG_KEY_{number}": _GIT_KEY,
        f"GIT_CONFIG_VALUE_{number}": str(git),
    }


def _foreign(root: Path, trusted: frozenset[int]) -> tuple[Path, int] | None:
    """Give the first place that somebody else owns, and who."""
    with file_errors(f"{root} can't be looked at"):
        real = root.resolve()
        return _foreign_place(root, real, trusted)


def _foreign_place(root: Path, real: Path, trusted: frozenset[int]) -> tuple[Path, int] | None:
    for place in (root / FLEET_FILE, (root / FLEET_FILE).resolve(), root, real):
        owner = place.lstat().st_uid
        if owner not in trusted:
            return place, owner
    # Who owns the topmost folder stands for root: inside a user namespace root has another number.
    above = trusted | {_ROOT, Path("/").stat().st_uid}
    for place in real.parents:
        owner = place.stat().st_uid
        if owner not in above:
            return place, owner
    return None


def _is_allowed(root: Path, environment: Mapping[str, str]) -> bool:
    return _matches(root, _named(environment)) or _matches(root, _allowed_for_git(environment))


def _named(environment: Mapping[str, str]) -> list[str]:
    return [entry for entry in environment.get(VARIABLE, "").split(":") if entry]


def _allowed_for_git(environment: Mapping[str, str]) -> list[str]:
    """Read the person's own `safe.directory`; no repository's configuration is looked at."""
    from cellwright.git.command import run_git  # noqa: PLC0415  only for a fleet of somebody else

    outcome = run_git(
        ["config", "--null", "--get-all", _GIT_KEY],
        cwd=Path("/"),
        environment=environment,
        added={"GIT_DIR": "/nowhere"},
    )
    found: list[str] = []
    for entry in outcome.out.split("\0")[:-1]:
        found = [*found, entry] if entry else []  # an empty one takes back those before it
    return found


def _matches(root: Path, allowed: list[str]) -> bool:
    real = str(root.resolve())
    return any(
        entry == "*"
        or entry.rstrip("/") in {str(root), real}
        or (entry.endswith("/*") and f"{real}/".startswith(entry[:-1]))
        for entry in allowed
    )
