"""Which version of the tables this Cellwright knows."""

HEAD = "0001"
"""The newest migration."""

VERSION_TABLE = "cellwright_version"
