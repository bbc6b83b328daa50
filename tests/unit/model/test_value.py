from cellwright.model.address import UnitAddress
from cellwright.model.value import OutputReference, Template, Value, references_in

NETWORK = UnitAddress("base", "prod", "network")


def test_references_are_found_however_deep() -> None:
    first, second = OutputReference(NETWORK, "a"), OutputReference(NETWORK, "b", ("x", "0"))
    value: Value = {"list": [1, {"deep": first}], "text": Template(("x", second)), "plain": "${no}"}
    assert list(references_in(value)) == [first, second]


def test_a_reference_reads_as_it_is_written() -> None:
    assert str(OutputReference(NETWORK, "b", ("x", "0"))) == "output.base/prod/network.b.x.0"
