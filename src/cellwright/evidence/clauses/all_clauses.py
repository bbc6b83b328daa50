"""All clauses together, and by their number."""

from cellwright.evidence.clause import Clause
from cellwright.evidence.clauses import administrative, organizational, physical, technical

CLAUSES: tuple[Clause, ...] = (
    *administrative.CLAUSES,
    *physical.CLAUSES,
    *technical.CLAUSES,
    *organizational.CLAUSES,
)

SECTIONS = {
    "164.308": "Administrative safeguards",
    "164.310": "Physical safeguards",
    "164.312": "Technical safeguards",
    "164.314": "Organizational requirements",
    "164.316": "Policies and procedures and documentation requirements",
}
