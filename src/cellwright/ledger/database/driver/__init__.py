"""SQLite by Python's own driver, with the part of SQLAlchemy's interface that statements as text need."""
