"""Why a reference can't be replaced. Raised where that shows, made a finding where the place is known."""


class ReferenceFault(Exception):  # noqa: N818  a fault of the settings, which becomes a finding
    """A reference stands for nothing: what is wrong and what to do."""

    def __init__(self, summary: str, detail: str) -> None:
        super().__init__(summary)
        self.summary = summary
        self.detail = detail


class AbsentFault(ReferenceFault):
    """What a reference names is not there; means nothing where a layer that may hold it can't be read."""


class ToldFault(ReferenceFault):
    """What a reference names is itself faulty, and that has been told at its own place."""

    def __init__(self) -> None:
        super().__init__("", "")
