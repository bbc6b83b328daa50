import pytest

from unit.stacks.reading.test_module_syntax import module

ROOT, MODULE = True, False


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"../a/b.json"', [("../a/b.json", ROOT)]),
        ('file("${path.module}/../a.json")', [("../a.json", MODULE)]),
        ('file("${path.root}/x/../../a")', [("../a", ROOT)]),
        ('"${abspath(path.module)}/.././a"', [("../a", MODULE)]),
        ('"${var.here}/../a"', [("../a", MODULE)]),
        ('"${path.module}/../${var.x}.json"', [("../*.json", MODULE)]),
        ('"${dirname(path.module)}/a"', [("../a", MODULE), ("..", MODULE)]),
        ('"${local.up}/a/${local.deep.name}"', [("../../a/n", MODULE)]),
        ('join("/", [path.module, "..", var.x, "a"])', [("../*/a", MODULE), ("..", ROOT)]),
        ('format("%s/../%s.json", path.module, "a")', [("../a.json", MODULE)]),
        ('fileset("${path.module}/../a", "*.json")', [("../a/*.json", MODULE), ("../a", MODULE)]),
        ('fileset(path.module, "../{a,b}/*")', [("../*/*", MODULE), ("../*/*", ROOT)]),
        ('true ? [for a in [1] : file("../a")] : "%{ if true }../x%{ endif }"', [("../a", ROOT)]),
        # not paths that lead out
        ('"a/../b"', []),
        ('"${path.module}/a..b"', []),
        ('"/etc/../a"', []),
        ('"https://example.org/../a"', []),
        ('"${var.a}/${var.b}/../../../a"', []),
        ('format("%s/../a")', []),
        ("local.itself", []),
        ('"${local.wide}/../a"', [("../a", MODULE)]),
    ],
)
def test_paths_that_lead_out(expression: str, expected: list[tuple[str, bool]]) -> None:
    found = module(
        f"""
locals {{
  up     = "${{path.module}}/../.."
  deep   = {{ name = "n" }}
  itself = "${{local.itself}}/../a"
  w1     = "${{path.module}}${{path.module}}${{path.module}}${{path.module}}"
  w2     = "${{local.w1}}${{local.w1}}${{local.w1}}${{local.w1}}"
  wide   = "${{local.w2}}${{local.w2}}${{local.w2}}${{local.w2}}"
}}
output "a" {{
  value = {expression}
}}
"""
    )
    paths = [(item.path, item.from_root) for item in found.paths if item.position.line == 11]
    assert sorted(paths) == sorted(expected)


def test_paths_in_json_syntax_have_the_place_of_their_string() -> None:
    text = '{"output": {"a": {"value": [\n{"b": "${upper(file(\\"../a\\"))}"}, "${path.module}/../c", 3]}}}'
    found = module({"main.tf.json": text}).paths
    assert [(item.path, item.from_root, item.position.line) for item in found] == [
        ("../a", ROOT, 2),
        ("../c", MODULE, 2),
    ]


def test_the_source_of_a_module_is_no_such_path() -> None:
    text = 'module "a" {\n  source = "../m"\n  file = "../f"\n}\n'
    assert [item.path for item in module(text).paths] == ["../f"]
    override = {
        "main.tf": 'output "a" {\n  value = 1\n}\n',
        "x_override.tf": 'output "a" {\n  value = "../f"\n}\n',
    }
    assert [item.path for item in module(override).paths] == ["../f"]
