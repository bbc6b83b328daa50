"""The way out, as the diagnostics name it: nothing else is done by the person who stands for the suite."""

import re
from dataclasses import dataclass, field

from e2e.chaos.arena import Arena
from e2e.kit.program import Answer

ATTEMPTS = 10
_ACCEPTING = re.compile(r"cellwright apply (\S+) --accept-state")
_UNLOCKING = re.compile(r"Error acquiring the state lock|Error releasing the state lock")
_REMOVING = "then remove the file"
_CHOOSING = "make the right one the newest with `state push`, and remove the file"
_KEPT = re.compile(r"it is in ([^\s\"]+errored\.tfstate[^\s\",;]*)")


@dataclass(slots=True)
class Recovered:
    """What it took."""

    commands: int = 0
    accepted: list[str] = field(default_factory=list)
    """The units whose state was accepted as it is, because it was lost."""
    unlocked: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    """States that could not be kept, which a person has looked at and removed."""
    chosen: list[str] = field(default_factory=list)
    """States that a person took in place of another one in the backend, as both could not be right."""


class StuckError(AssertionError):
    """No diagnostic names a way that leads on."""


def recover(arena: Arena) -> Recovered:
    """Go on until all is as it is meant to be.

    Raises:
        StuckError: it can't be done.
    """
    done, said = Recovered(), ""
    for _ in range(ATTEMPTS):
        answer = arena.carry_on()
        done.commands += 1
        said = answer.text
        assert answer.code in (0, 1), f"{answer.arguments} ended with {answer.code}: {said}"
        assert "internal error" not in said, said
        if answer.code == 0 and set(arena.statuses().values()) == {"up_to_date"}:
            return done
        _follow(arena, answer, done)
    raise StuckError(f"stuck after {ATTEMPTS} commands; the last one said: {said}; {arena.statuses()}")


def _follow(arena: Arena, answer: Answer, done: Recovered) -> None:
    """Do what the diagnostics ask for."""
    for kept in dict.fromkeys(_KEPT.findall(answer.text)):
        if _REMOVING in answer.text:
            arena.remove_unsaved(kept)
            done.removed.append(kept)
        elif _CHOOSING in answer.text:
            arena.choose_unsaved(kept)
            done.chosen.append(kept)
    if _UNLOCKING.search(answer.text):
        done.unlocked += arena.states.unlock()
    for unit in dict.fromkeys(_ACCEPTING.findall(answer.text)):
        accepted = arena.cellwright.run("apply", unit, "--yes", "--accept-state", "looked at")
        done.commands += 1
        done.accepted += [unit] if accepted.code == 0 else []
