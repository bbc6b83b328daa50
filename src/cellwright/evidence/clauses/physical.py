"""45 CFR 164.310: physical safeguards. Most of them are AWS's under its contract, and the customer's."""

from cellwright.evidence.clause import ADDRESSABLE, REQUIRED, STANDARD, Clause, clause
from cellwright.evidence.clauses import wants as w

_AWS = "AWS's data centres under its contract; the customer's own offices."

CLAUSES: tuple[Clause, ...] = (
    clause("164.310(a)(1)", STANDARD, "Facility access controls", "", _AWS),
    clause(
        "164.310(a)(2)(i)",
        ADDRESSABLE,
        "Contingency operations",
        "Ledger and states can be restored on another machine; drills show it.",
        _AWS,
        w.DRILL,
    ),
    clause("164.310(a)(2)(ii)", ADDRESSABLE, "Facility security plan", "", _AWS),
    clause("164.310(a)(2)(iii)", ADDRESSABLE, "Access control and validation procedures", "", _AWS),
    clause("164.310(a)(2)(iv)", ADDRESSABLE, "Maintenance records", "", _AWS),
    clause("164.310(b)", STANDARD, "Workstation use", "", "Workstations."),
    clause("164.310(c)", STANDARD, "Workstation security", "", "Workstations."),
    clause(
        "164.310(d)(1)",
        STANDARD,
        "Device and media controls",
        "Which resources hold data and where, from the states.",
        "Devices and media that are the customer's own.",
        w.INVENTORY,
    ),
    clause(
        "164.310(d)(2)(i)",
        REQUIRED,
        "Disposal",
        "Destroyed resources as events; certificates of destruction.",
        "Media of its own; what AWS attests for its disks.",
        w.CERTIFICATES,
        w.CLIENTS,
    ),
    clause(
        "164.310(d)(2)(ii)",
        REQUIRED,
        "Media re-use",
        "Certificates of destruction say how each resource went: destroyed, or its key.",
        "Media of its own.",
        w.CERTIFICATES,
    ),
    clause(
        "164.310(d)(2)(iii)",
        ADDRESSABLE,
        "Accountability",
        "Who changed which resource, when, in which run; whose each resource is, by its cell.",
        "Movements of hardware.",
        w.CHANGES,
        w.INVENTORY,
        w.RULES,
    ),
    clause(
        "164.310(d)(2)(iv)",
        ADDRESSABLE,
        "Data backup and storage",
        "Policies demand a copy before data goes.",
        "Making the copies of the ePHI.",
        w.VERDICTS,
    ),
)
