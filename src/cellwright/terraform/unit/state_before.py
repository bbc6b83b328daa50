"""The state from before an apply, kept from the saved plan until it is known how the apply has ended.

A saved plan holds the state that it was made for, so keeping it costs no process. Resources are in it as the
plan found them, outputs already have the values that are known. It has secrets.
"""

import shutil
import zipfile
from contextlib import suppress
from pathlib import Path

from cellwright.files.atomic import replacing
from cellwright.model.applied import NO_STATE, StateMark
from cellwright.terraform.planfile.archive import DAMAGE, STATE
from cellwright.terraform.planfile.prior import has_prior
from cellwright.terraform.workspace.unit_folder import UnitFolder


def keep_state_before(folder: UnitFolder, plan: Path, prior: StateMark | None = None) -> None:
    """Keep the state that a plan was made for, in place of an earlier one.

    An encrypted plan, and one that was made without a state, have none. What can't be written is not kept.
    `prior` is that state's version, where the plan was read before.
    """
    drop_state_before(folder)
    if has_prior(plan) if prior is None else prior != NO_STATE:
        with (
            suppress(*DAMAGE),
            zipfile.ZipFile(plan) as archive,
            archive.open(STATE) as state,
            replacing(folder.state_before) as file,
        ):
            shutil.copyfileobj(state, file)


def drop_state_before(folder: UnitFolder) -> None:
    """Remove the state that is kept: nobody needs it any more. What can't be removed stays."""
    with suppress(OSError):
        folder.state_before.unlink(missing_ok=True)
