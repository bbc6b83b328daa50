"""What a build hands from one of its steps to the next: a followed run's document, and who answered."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cellwright.app.session.actor.identity import VARIABLE
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json
from cellwright.remote.credentials import ACTS_FOR

_LONGEST = 64 * 2**20
_ANEW = "make it with: cellwright job follow RUN --out FILE"


Text = Annotated[str, Field(max_length=4_000)]


class ApplyFile(BaseModel):
    """What a build wants to apply."""

    model_config = ConfigDict(extra="forbid", strict=True)

    selectors: list[Text] = Field(default=[], max_length=1_000)
    """None mean every change."""
    destroy: bool = False
    reason: Text = ""
    build: Text = ""
    """Which build wants it: asked again by the same one, the run is the same."""


class OnboardFile(BaseModel):
    """The client that a build wants."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Text
    level: Text | None = None
    set: list[Text] = Field(default=[], max_length=200)
    """`key=value`, as `onboard --set` takes them."""
    reason: Text = ""
    again: bool = False


class SuspendFile(BaseModel):
    """The client that a build wants suspended, or reinstated."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Text
    reinstate: bool = False
    reason: Text = ""


class OffboardFile(BaseModel):
    """The client that a build wants to leave."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Text
    reason: Text = ""
    build: Text = ""
    """As that of `ApplyFile`."""


class SeenFile(BaseModel):
    """Of what `job offboard-look --out` wrote: which plans were shown, and of which client."""

    model_config = ConfigDict(extra="ignore", strict=True)

    cell: Text
    run: Text
    digest: Text

    @property
    def name(self) -> str:
        """The client's name."""
        return self.cell.partition("/")[2]


F = TypeVar("F", bound=BaseModel)


def read_request(path: Path, form: type[F]) -> F:
    """Read what a build wants.

    Raises:
        DiagnosticError: the file can't be read, or says something else.
    """
    try:
        return form.model_validate(_read(path, "look at the step of the build that writes it"))
    except ValidationError as fault:
        told = (
            error(
                f"{path}: {'.'.join(map(str, item['loc'])) or 'it'}: {item['msg']}",
                "look at the build's step",
            )
            for item in fault.errors()
        )
        raise DiagnosticError(*told) from None


def write_document(path: Path, document: Json) -> None:
    """Write what was found for the next step.

    Raises:
        DiagnosticError: it can't be written.
    """
    try:
        path.write_text(json.dumps(document, indent=1), encoding="ascii")
    except OSError as fault:
        raise DiagnosticError(
            error(f"{path} can't be written: {fault.strerror}", "name another file")
        ) from fault


def seen_plans(path: Path, run: str) -> Mapping[UnitAddress, str]:
    """Read which plans were shown: the digest of each, by its unit.

    Raises:
        DiagnosticError: the file can't be read, is none of `job follow`, of another run, or names no plan.
    """
    found = _read(path, _ANEW)
    try:
        whose = found["run"]["run"]
        plans = {UnitAddress.parse(item["unit"]): str(item["plan_digest"]) for item in found["waiting"]}
    except (LookupError, TypeError, AddressError):
        raise DiagnosticError(error(f"{path} does not say which plans were shown", _ANEW)) from None
    if whose != run:
        raise DiagnosticError(error(f"{path} has plans of run {whose}, not of {run}", _ANEW))
    if not plans:
        raise DiagnosticError(error(f"{path} names no plan that waits", "there is nothing to approve"))
    return plans


def refuse_nameless(environment: Mapping[str, str]) -> None:
    """Refuse an answer that nobody has given.

    Raises:
        DiagnosticError: the environment names no person.
    """
    if not environment.get(VARIABLE, "").strip() and not environment.get(ACTS_FOR, "").strip():
        told = "nobody is named who has approved: a build's system may leave the name out"
        raise DiagnosticError(error(told, f"set {VARIABLE} to the person's name, or approve it elsewhere"))


def _read(path: Path, advice: str) -> Any:  # noqa: ANN401  a document
    try:
        if path.stat().st_size > _LONGEST:
            raise DiagnosticError(error(f"{path} is too large", advice))
        return read_json(path.read_bytes())
    except OSError as fault:
        raise DiagnosticError(error(f"{path} can't be read: {fault.strerror}", advice)) from fault
    except (ValueError, RecursionError):
        raise DiagnosticError(error(f"{path} is no JSON", advice)) from None
