"""Which version of the tables this Cellwright knows."""

HEAD = "0002"
"""The newest migration."""

VERSION_TABLE = "cellwright_version"
