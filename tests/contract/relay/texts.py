"""Texts of which the configurations of the test provider are made."""

from contract.relay.laboratory import REQUIREMENT


def provider(*lines: str) -> str:
    """A provider block."""
    return "\n".join(('provider "demo" {', '  store = "store"', *(f"  {line}" for line in lines), "}\n"))


BASE = REQUIREMENT + provider()
ITEM = """
resource "demo_item" "one" {
  name  = "one"
  value = "first"
  tags  = { kind = "test" }
}
"""
OUTPUT = """
output "id" { value = demo_item.one.id }
"""
MAIN = BASE + ITEM + OUTPUT
NAMES = [
    "'quoted' \"twice\" \\",
    "<a&b>",
    "two\nlines\tand a tab",
    "e\u0301 composed",
    "\u2028\u2029\u00a0\ufeff",
    "\U0001f9ea",
    "${braces} %{percent}",
    "null",
    "0.1",
    "long" * 20,
    *("a" * length for length in (1, 3, 7, 11)),
]
"""Texts that are written in more than one way; what else is in an identity follows from them."""
NAMED = f"""
locals {{ names = jsondecode(file("${{path.module}}/names.json")) }}
resource "demo_item" "named" {{
  count = {len(NAMES)}
  name  = local.names[count.index]
}}
"""
