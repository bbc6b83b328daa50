"""Reads a saved plan from its file: the parts that are needed, if all of it is known exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.model.binary import Product
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.output.plans.plan_document import PlanDocument
from cellwright.terraform.planfile.archive import ROOT_MODULE, PlanArchive
from cellwright.terraform.planfile.plan import Schemas, read_plan
from cellwright.terraform.planfile.unreadable import UnreadablePlanError

PARTS = frozenset(
    (
        "format_version",
        "terraform_version",
        "timestamp",
        "errored",
        "applyable",
        "complete",
        "resource_changes",
        "resource_drift",
        "output_changes",
    )
)
"""What is read here. `configuration` and others are worked out from the stack and the providers' schemas."""

_KNOWN: Mapping[Product, tuple[tuple[int, int], tuple[int, int]]] = {
    "terraform": ((1, 9), (1, 15)),
    "tofu": ((1, 9), (1, 12)),
}
"""By product: the first and the last minor release whose plan files are known."""

_SHARED_LANGUAGE = (".tf", ".tf.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFileRequest:
    """Which plan to read, and what for."""

    path: Path
    binary: Binary
    """That has made it."""
    parts: frozenset[str] | None
    """The parts of the document that somebody looks at besides the summary; None: all of them."""
    sensitive_variables: frozenset[str] | None
    """What the stack declares as sensitive; None if that is not known."""
    masked_variables: frozenset[str]
    """Those whose values are masked in any case."""
    schemas: Schemas = lambda _: {}
    """What the providers say."""


def read_plan_file(request: PlanFileRequest) -> PlanDocument:
    """Read a saved plan.

    Raises:
        UnreadablePlanError: it has to be shown by the binary; why is in the text.
    """
    _refuse_early(request)
    archive = PlanArchive.read(request.path)
    _refuse_unmasked(request, archive)
    return PlanDocument(read_plan(archive.plan, request.binary, request.schemas))


def _refuse_early(request: PlanFileRequest) -> None:
    """Refuse what can be told without the file."""
    if request.parts is None:
        raise UnreadablePlanError("all of it is looked at")
    if missing := request.parts - PARTS:
        raise UnreadablePlanError(f"its part {min(missing)} is looked at")
    first, last = _KNOWN[request.binary.product]
    if not first <= request.binary.version.release[:2] <= last:
        raise UnreadablePlanError(f"plans of {request.binary} are not known")


def _refuse_unmasked(request: PlanFileRequest, archive: PlanArchive) -> None:
    """Refuse a plan whose root module has a sensitive variable with a value that is not masked by itself.

    `show` tells the value of a default, which may be repeated in a part that is not marked.
    """
    known = request.sensitive_variables
    if known is not None and known - request.masked_variables:
        raise UnreadablePlanError("a sensitive variable that is not set here")
    for name, content in archive.sources.items():
        listed = known is not None and name.endswith(_SHARED_LANGUAGE)
        if name.startswith(ROOT_MODULE) and b"sensitive" in content and not listed:
            raise UnreadablePlanError("what is sensitive is not known")
