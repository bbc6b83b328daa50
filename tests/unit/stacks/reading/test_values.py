import pytest

from cellwright.stacks.reading.values import names_in_values


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("terraform.tfvars", 'region = "r1"\n# size = 3\nlist = [\n  1,\n]\n', {"region", "list"}),
        ("a.auto.tfvars", "a = null\nb = <<EOT\nc = 1\nEOT\n", {"a", "b"}),
        ("a.auto.tfvars", "\ufeffa = 1\r\nb = 2\r\n", {"a", "b"}),
        ("a.auto.tfvars", "", set()),
        ("a.auto.tfvars", "a = {", set()),
        ("terraform.tfvars.json", '{"a": null, "b": {"c": 1}, "//": "comment"}', {"a", "b"}),
        ("terraform.tfvars.json", '[{"a": 1}, {"b": 2}, 3]', {"a", "b"}),
        ("a.auto.tfvars.json", "{", set()),
        ("a.auto.tfvars.json", "3", set()),
        ("a.auto.tfvars.json", "[" * 100_000, set()),
    ],
)
def test_which_variables_a_file_sets(name: str, text: str, expected: set[str]) -> None:
    assert names_in_values(name, text.encode()) == expected
