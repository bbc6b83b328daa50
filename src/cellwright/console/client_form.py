"""What the pages of a client's form show, made of the form as it was checked; and what a browser sends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Annotated

from fastapi import Depends, Request

from cellwright.app.clients.form.checked import Checked
from cellwright.app.clients.form.fields import Field, FieldKind, Form, StackForm
from cellwright.app.clients.form.finding import FieldFault
from cellwright.console.security.forms import FIELD as CSRF
from cellwright.console.security.forms import read_form
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.text.visible import visible

LONGEST_FORM = 500_000
"""Characters of all fields of a form."""
CHECKS_AT_ONCE = BoundedSemaphore(2)
"""While people type, forms are checked again and again: others have to get through, too."""
LONGEST_WAIT = 15.0
"""Seconds that a check waits for others; a page shows less than what is typed if it gives up early."""
REASON, BASE, LIKE, START, APPROVED = "_reason", "_base", "like", "_start", "_approved"
_NOT_SETTINGS = frozenset({CSRF, REASON, BASE, LIKE, START, APPROVED})
LONGEST_REASON = 500
_LONGEST_KEY = 100
_MOST_TOLD = 10


async def sent_form(request: Request) -> Mapping[str, str]:
    """Give what a form sends; of a name that is there twice the last one: a switch after its off state."""
    found = await read_form(request)
    return {name: value for name, value in found.multi_items() if isinstance(value, str)}


SentForm = Annotated[Mapping[str, str], Depends(sent_form)]
"""The parameter of a page that takes a form."""


def settings_in(sent: Mapping[str, str]) -> dict[str, str]:
    """Give what is sent for the settings, without line ends of the network's."""
    values = {name: value for name, value in sent.items() if name not in _NOT_SETTINGS}
    return {name: value.replace("\r\n", "\n") for name, value in values.items()}


def is_too_long(sent: Mapping[str, str]) -> bool:
    """Tell whether a form is longer than any that somebody fills in."""
    return sum(map(len, sent.values())) > LONGEST_FORM


def faults_of(sent: Mapping[str, str], form: Form) -> tuple[Diagnostic, ...]:
    """Say what is wrong with what no check of the settings looks at: unknown fields, the reason."""
    known = {"name", "level", *form.fields, *form.switches}
    strange = [key for key, value in settings_in(sent).items() if key not in known and value.strip()]
    faults = [
        error(f"there is no field {visible(key[:_LONGEST_KEY])}", "the fleet may have changed: load the page")
        for key in strange[:_MOST_TOLD]
    ]
    faults += [
        error(f"{key} is neither true nor false", "switch it on or off")
        for key in form.switches
        if sent.get(key, "") not in {"", "true", "false"}
    ]
    if len(sent.get(REASON, "")) > LONGEST_REASON:
        faults.append(error("the reason is too long", f"write at most {LONGEST_REASON} characters"))
    return tuple(faults)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the error summary, with the field that it leads to."""

    key: str
    label: str
    fault: FieldFault


@dataclass(frozen=True, slots=True)
class FormView:
    """A checked form for the templates."""

    checked: Checked
    sent: bool = False
    """The button was pressed, so what is missing is an error now."""
    reason: str = ""

    def value(self, key: str) -> str:
        """Give what stands in a field."""
        return self.checked.values.get(key, "")

    def faults(self, key: str) -> tuple[FieldFault, ...]:
        """Give what is said at a field: of an empty one nothing before the button was pressed."""
        found = self.checked.faults.get(key, ())
        return found if self.sent or self.value(key).strip() or not _is_missing(key, self.checked) else ()

    def is_on(self, stack: StackForm) -> bool:
        """Tell whether a stack's switch is on."""
        return {"true": True, "false": False}.get(self.value(stack.key), stack.default)

    def control(self, field: Field) -> str:
        """Name the control of a field."""
        return field.kind.value

    def is_given(self, fields: Iterable[Field]) -> bool:
        """Tell whether one of these is filled in, or has something wrong with it: then they are shown."""
        return any(self.value(item.key) or self.faults(item.key) for item in fields)

    @property
    def summary(self) -> tuple[Line, ...]:
        """Every fault of a field, in the order of the form."""
        keys = ["name", *self.checked.form.fields, *self.checked.form.switches]
        return tuple(Line(key, self._label(key), fault) for key in keys for fault in self.faults(key))

    @property
    def missing(self) -> tuple[Line, ...]:
        """What has to be filled in yet."""
        shown = {line.key for line in self.summary}
        return tuple(
            Line(key, self._label(key), faults[0])
            for key, faults in self.checked.faults.items()
            if key not in shown
        )

    @property
    def secret_example(self) -> str:
        """Give a reference to a secret as this fleet has them."""
        sources = self.checked.form.secrets
        return f"${{secret.{sources[0] if sources else 'SOURCE'}.NAME}}"

    def _label(self, key: str) -> str:
        if key == "name":
            return "name"
        known = self.checked.form.fields.get(key)
        if known is None:
            return key.removeprefix("stacks.").removesuffix(".enabled")
        stack = f"{known.path[1]}: " if known.path[0] == "stacks" else ""
        return stack + known.name


def _is_missing(key: str, checked: Checked) -> bool:
    return key == "name" or key in checked.form.fields


def slug(key: str) -> str:
    """Give a key as part of an id."""
    return key.replace(".", "--")


def is_multiline(field: Field) -> bool:
    """Tell whether a field takes several lines."""
    return field.kind is FieldKind.YAML
