"""The topics of the evidence: each becomes a page, a JSON file and a CSV file of rows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of thing that was seen."""

    key: str
    """The name of its files."""
    title: str
    told: str
    """What its rows are, and where they come from."""
    columns: tuple[str, ...]
    """The keys of a row, in the order in which they are shown."""


_WHO = ("event", "time", "who", "vouched_by")

TOPICS: tuple[Topic, ...] = (
    Topic(
        "chain",
        "The chain of events",
        "What checking the audit trail from its first event on has found. A row is there for each check that "
        "holds; what does not hold is in the list of gaps.",
        ("check", "found"),
    ),
    Topic(
        "anchors",
        "Anchors",
        "Signed statements outside the ledger that vouch for the trail up to an event of this period, or a "
        "later one.",
        ("event", "hash", "place"),
    ),
    Topic("signature", "Signature", "Whose key has signed the manifest.", ("key", "found")),
    Topic(
        "activity",
        "Activity",
        "How often each person did what on each day (UTC).",
        ("day", "who", "action", "count"),
    ),
    Topic(
        "reviews_activity",
        "Reviews of the activity",
        "Who looked through what was done, and found what.",
        (*_WHO, "from", "to", "findings", "digest"),
    ),
    Topic(
        "reviews_access",
        "Reviews of access",
        "Who went through people, roles and tokens, and found what. The digest is of the list that was "
        "looked at.",
        (*_WHO, "from", "to", "findings", "digest"),
    ),
    Topic(
        "people",
        "People and services",
        "All accounts of the console, as the ledger has them now. Nobody is ever removed.",
        ("login", "name", "kind", "added", "added_by", "disabled", "second_factor", "last_sign_in"),
    ),
    Topic(
        "grants",
        "Roles",
        "Who had which role in this period, from when to when, given and taken by whom. Limits to levels, "
        "cells and tags; none means the whole fleet.",
        ("person", "role", "limits", "origin", "from", "given_by", "reason", "to", "taken_by"),
    ),
    Topic(
        "tokens",
        "Tokens",
        "Each token with the person or service that it belongs to, as the ledger has them now.",
        ("token", "name", "owner", "kind", "acts_for_others", "made", "made_by", "ends", "used", "revoked"),
    ),
    Topic(
        "sign_ins",
        "Sign-ins",
        "Who signed in, how, and from where.",
        (*_WHO, "method", "address"),
    ),
    Topic(
        "refusals",
        "Refused attempts",
        "What people, tokens and programs wanted to do and were refused. 20 an hour are recorded for one "
        "person or address.",
        (*_WHO, "action", "subject", "why"),
    ),
    Topic(
        "overrides",
        "Break-glass and overrides",
        "Where somebody went past a guard: break-glass and what was done under it, states and ledgers that "
        "were accepted, bakes that were skipped, links for a first administrator.",
        (*_WHO, "action", "subject", "reason"),
    ),
    Topic(
        "approvals",
        "Approvals",
        "Who approved or rejected plans, and how.",
        (*_WHO, "action", "run", "units", "how", "reason"),
    ),
    Topic(
        "verdicts",
        "Verdicts of policies",
        "What policies said of each plan: the plan and the policies by digest.",
        (*_WHO, "unit", "run", "plan", "policies", "denied", "warned", "findings"),
    ),
    Topic(
        "rules",
        "Rules of policies",
        "Each rule that was in force for a plan: the requirement that it cites, how many plans were judged "
        "with it, and how many findings it gave.",
        ("rule", "clause", "plans", "denied", "warned"),
    ),
    Topic(
        "exceptions",
        "Exceptions from policies",
        "Exceptions that were in force for a plan that was judged, each with the first and the last event.",
        ("cell", "rule", "stack", "resource", "person", "reason", "until", "plans", "first", "last"),
    ),
    Topic(
        "changes",
        "Changes",
        "Units that were applied or destroyed, or that failed, with run and commit.",
        (*_WHO, "action", "unit", "run", "commit", "add", "change", "replace", "destroy", "reason"),
    ),
    Topic(
        "clients",
        "Clients",
        "Clients that came, changed and went.",
        (*_WHO, "action", "cell", "run", "reason"),
    ),
    Topic(
        "drift",
        "Drift",
        "Units whose real resources were found otherwise than they were applied, and what was done about it.",
        (*_WHO, "action", "subject", "found", "reason"),
    ),
    Topic(
        "drift_looks",
        "Looks for drift",
        "Who or what looked for drift, and how many units were looked at.",
        (*_WHO, "action", "subject", "found"),
    ),
    Topic(
        "drills",
        "Restore drills",
        "The ledger and the states restored beside, and compared.",
        (*_WHO, "result", "seconds", "events", "rows", "states", "differences"),
    ),
    Topic(
        "certificates",
        "Certificates of destruction",
        "What certifies that a client's resources are gone.",
        (*_WHO, "action", "subject", "found", "reason"),
    ),
    Topic(
        "inventory",
        "Inventory",
        "Resources by their addresses and ids, made from the states as they are now; no other value of them.",
        ("unit", "address", "type", "provider", "id", "region", "account"),
    ),
    Topic(
        "network",
        "Network map",
        "Networks, subnets, peerings, gateways and what may reach what, from the states as they are now.",
        ("account", "region", "kind", "id", "name", "block", "reaches", "unit"),
    ),
    Topic(
        "retention",
        "Retention",
        "How far the trail goes back and whether it is whole, counted.",
        ("what", "found"),
    ),
)

BY_KEY = {topic.key: topic for topic in TOPICS}
