"""45 CFR 164.314 and 164.316: contracts, policies and documentation."""

from cellwright.evidence.clause import REQUIRED, STANDARD, Clause, clause
from cellwright.evidence.clauses import wants as w

CLAUSES: tuple[Clause, ...] = (
    clause(
        "164.314(a)(1)",
        STANDARD,
        "Business associate contracts or other arrangements",
        "",
        "The contracts.",
    ),
    clause(
        "164.314(a)(2)(i)",
        REQUIRED,
        "Business associate contracts",
        "",
        "The contracts, and reports of incidents to the covered entity.",
    ),
    clause(
        "164.314(a)(2)(ii)",
        REQUIRED,
        "Other arrangements",
        "",
        "Arrangements between governmental entities.",
    ),
    clause(
        "164.314(a)(2)(iii)",
        REQUIRED,
        "Business associate contracts with subcontractors",
        "",
        "The contracts.",
    ),
    clause("164.314(b)(1)", STANDARD, "Requirements for group health plans", "", "The plan's documents."),
    clause("164.314(b)(2)", REQUIRED, "Group health plan implementation specifications", "", "As above."),
    clause(
        "164.316(a)",
        STANDARD,
        "Policies and procedures",
        "Policies as code, with the digest of those that judged each plan.",
        "The written policies of the organisation.",
        w.VERDICTS,
    ),
    clause(
        "164.316(b)(1)",
        STANDARD,
        "Documentation",
        "Actions, decisions, reviews and exceptions are on record in a chain.",
        "Other documentation.",
        w.CHAIN,
        w.CHANGES,
        w.EXCEPTIONS,
    ),
    clause(
        "164.316(b)(2)(i)",
        REQUIRED,
        "Time limit",
        "How far the trail goes back, and that no event was removed, is counted. "
        "Cellwright removes no events; policies demand six years for logs.",
        "Keeping the ledger, its backups and this evidence for six years.",
        w.RETENTION,
        w.CHAIN,
        w.RULES,
    ),
    clause(
        "164.316(b)(2)(ii)",
        REQUIRED,
        "Availability",
        "This evidence, for reading and for machines.",
        "Giving it to those who need it.",
        w.SIGNATURE,
    ),
    clause(
        "164.316(b)(2)(iii)",
        REQUIRED,
        "Updates",
        "Reviews on record; the history of policies and settings is in the repository.",
        "Reviewing the documentation, and changing it where needed.",
        w.ACTIVITY_REVIEW,
        w.ACCESS_REVIEW,
    ),
)
