"""Files of values (`terraform.tfvars`, `*.auto.tfvars`, both in JSON too): which variables they set."""

import json


def names_in_values(name: str, content: bytes) -> frozenset[str]:
    """Give the variables that a file of values sets; none if it can't be parsed, which Terraform reports.

    A variable that is set to null counts: Terraform does not ask for it either.
    """
    # Imported only when there is such a file: most stacks have none.
    from cellwright.stacks.hcl.native import parse_native  # noqa: PLC0415
    from cellwright.stacks.hcl.source import SyntaxFault  # noqa: PLC0415

    text = content.decode("utf-8-sig", "replace")
    try:
        if name.endswith(".json"):
            return frozenset(_keys(json.loads(text)))
        return frozenset(parse_native(text).attributes)
    except (SyntaxFault, ValueError, RecursionError):
        return frozenset()


def _keys(value: object) -> set[str]:
    """Give the keys of a mapping, or of a list of mappings, which HCL's JSON form reads as one."""
    parts = value if isinstance(value, list) else [value]
    return {key for part in parts if isinstance(part, dict) for key in part} - {"//"}
