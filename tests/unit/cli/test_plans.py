from cellwright.cli.views.text import plans
from cellwright.terraform.output.attributes import UNKNOWN


def test_unknown_values_are_recognised_as_the_plan_reader_writes_them() -> None:
    assert plans._UNKNOWN == UNKNOWN
