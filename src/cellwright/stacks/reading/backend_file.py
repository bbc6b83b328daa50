"""The name of the file that gives a unit its backend; apart, since who needs only it parses nothing."""

BACKEND_FILE = "zz_cellwright_override.tf.json"
"""An override file. The last override wins, by the names of the files."""
