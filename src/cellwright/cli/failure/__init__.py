"""What a command prints, and with which exit code it ends, when it fails."""
