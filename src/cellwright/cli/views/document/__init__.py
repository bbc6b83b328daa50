"""What programs read: JSON trees. Field names are settled; fields are only ever added."""
