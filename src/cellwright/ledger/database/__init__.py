"""The database: connection, tables, dialects, schema version, faults."""
