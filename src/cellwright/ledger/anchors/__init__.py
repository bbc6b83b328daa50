"""Anchors: signed statements of how far the audit trail had come, kept outside the database."""
