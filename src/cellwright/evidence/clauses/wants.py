"""What several clauses look for, each written once."""

from cellwright.evidence.clause import Want

ACTIVITY_REVIEW = Want(
    "reviews_activity",
    "no review of the activity is on record",
    "look through the activity and record it: cellwright review record --kind activity",
)
ACCESS_REVIEW = Want(
    "reviews_access",
    "no review of who has access is on record",
    "go through people and grants and record it: cellwright review record --kind access",
)
CHAIN = Want(
    "chain",
    "the audit trail does not hold",
    "see chain.json; restore the ledger from a backup, or say why with: cellwright events accept",
)
ANCHORS = Want(
    "anchors",
    "no anchor outside the ledger vouches for the trail of this period",
    "list places under `audit.anchors` in fleet.yaml; without one, whoever owns the database could have "
    "written the trail anew",
)
DRILL = Want(
    "drills",
    "no restore was tried",
    "try one: cellwright drill restore",
)
DRIFT = Want(
    "drift_looks",
    "nobody looked for drift",
    "look: cellwright drift run",
)
DRIFT_FOUND = Want("drift")
INVENTORY = Want(
    "inventory",
    "no state could be read",
    "run it where the states' backend can be reached; one that OpenTofu encrypts needs its key, too",
)
NETWORK = Want("network")
VERDICTS = Want(
    "verdicts",
    "no plan was judged by a policy",
    "switch the pack on: policies: {packs: [hipaa]} in fleet.yaml",
)
RULES = Want(
    "rules",
    "no plan was judged by a rule that cites this clause",
    "switch the pack on: policies: {packs: [hipaa]} in fleet.yaml",
)
PEOPLE = Want("people", "nobody has an account in the console", "start it: cellwright serve")
GRANTS = Want("grants", "no role was given to anybody", "give roles in the console, under People")
CHANGES = Want("changes")
REFUSALS = Want("refusals")
SIGN_INS = Want("sign_ins")
OVERRIDES = Want("overrides")
EXCEPTIONS = Want("exceptions")
TOKENS = Want("tokens")
APPROVALS = Want("approvals")
CERTIFICATES = Want("certificates")
CLIENTS = Want("clients")
ACTIVITY = Want("activity", "nothing at all is on record in this period", "choose a period with activity")
RETENTION = Want("retention", "there is no trail to count", "keep the ledger")
SIGNATURE = Want(
    "signature",
    "the manifest is not signed: nothing shows that it was not changed since",
    "make a key (cellwright events key), commit its public half, and make the evidence again",
)
