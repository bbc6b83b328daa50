"""Which files of a folder are Terraform's configuration, by their names."""

NATIVE = ".tf"
JSON = ".tf.json"


def is_configuration(name: str) -> bool:
    """Tell whether Terraform reads a file of this name as configuration (editors' files it does not)."""
    if name.startswith((".", "#")) or name.endswith("~"):
        return False
    return name.endswith((NATIVE, JSON))
