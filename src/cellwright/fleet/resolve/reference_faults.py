"""Why a reference can't be resolved; made a finding where the reference's position is known."""


class ReferenceFault(Exception):  # noqa: N818  a fault of the settings, which becomes a finding
    """A reference can't be resolved: what is wrong and what to do."""

    def __init__(self, summary: str, detail: str) -> None:
        super().__init__(summary)
        self.summary = summary
        self.detail = detail


class AbsentFault(ReferenceFault):
    """The target of a reference does not exist. Not reported if a layer that may hold it can't be read."""


class ReportedFault(ReferenceFault):
    """The target of a reference is faulty itself, and that was reported at its own position."""

    def __init__(self) -> None:
        super().__init__("", "")
