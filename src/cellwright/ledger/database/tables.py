"""All of the ledger's tables at the newest version; `migrations` make them step by step.

Who needs one table imports it from its group: importing all of them takes as long as a small command's own
work, since the indexes of some rows alone bring PostgreSQL's dialect.
"""

from cellwright.ledger.database.table_groups import (
    certificate_tables,
    claim_tables,
    client_tables,
    columns,
    drift_tables,
    event_indexes,
    event_tables,
    move_tables,
    people_tables,
    queue_tables,
    rollout_tables,
    run_tables,
    unit_tables,
    webhook_tables,
)

GROUPS = (
    certificate_tables,
    claim_tables,
    client_tables,
    drift_tables,
    event_indexes,
    event_tables,
    move_tables,
    people_tables,
    queue_tables,
    rollout_tables,
    run_tables,
    unit_tables,
    webhook_tables,
)
METADATA = columns.METADATA
"""What holds the tables together; each of the groups has added its own."""
