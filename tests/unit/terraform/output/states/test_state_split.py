"""Resources go from one state to another: none is lost, and none is in both."""

import json
from typing import Any

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.output.states.state_split import split_states


def state(*instances: tuple[str, str | None, str], lineage: str = "a") -> bytes:
    """A state of `terraform_data` resources: their names, keys and ids."""
    found: dict[str, Any] = {}
    for name, key, text in instances:
        resource = found.setdefault(
            name, {"mode": "managed", "type": "terraform_data", "name": name, "instances": []}
        )
        index = {} if key is None else {"index_key": key}
        resource["instances"].append({**index, "attributes": {"id": text}})
    whole = {"version": 4, "terraform_version": "1.11.0", "serial": 7, "lineage": lineage}
    return json.dumps({**whole, "outputs": {}, "resources": list(found.values())}).encode()


def ids(content: bytes) -> set[str]:
    found = json.loads(content)["resources"]
    return {item["attributes"]["id"] for resource in found for item in resource["instances"]}


def test_an_instance_a_resource_and_what_is_there_already() -> None:
    source = state(("one", None, "1"), ("each", "a", "2"), ("each", "b", "3"), ("each2", None, "4"))
    split = split_states(source, None, ['terraform_data.each["a"]', "terraform_data.one"])
    assert (ids(split.source), ids(split.target)) == ({"3", "4"}, {"1", "2"})
    assert json.loads(split.source)["serial"] == 8
    assert json.loads(split.target)["lineage"] not in {"", "a"}
    # Killed in between: the target has them, the source still too.
    again = split_states(source, split.target, ['terraform_data.each["a"]', "terraform_data.one"])
    assert (ids(again.source), ids(again.target)) == ({"3", "4"}, {"1", "2"})
    assert json.loads(again.target)["lineage"] == json.loads(split.target)["lineage"]
    # Begun before, and all done but its record.
    over = split_states(split.source, split.target, ["terraform_data.one"])
    assert (over.moved, over.there) == ((), ("terraform_data.one",))


def test_a_former_object_that_is_still_to_be_destroyed_comes_along() -> None:
    source = json.loads(state(("one", None, "new"), ("one", None, "old")))
    source["resources"][0]["instances"][1]["deposed"] = "0f6be5ef"

    split = split_states(json.dumps(source).encode(), None, ["terraform_data.one"])

    assert (ids(split.source), ids(split.target)) == (set(), {"new", "old"})
    again = split_states(json.dumps(source).encode(), split.target, ["terraform_data.one"])
    assert json.loads(again.target)["resources"] == json.loads(split.target)["resources"]


def test_what_is_not_there_or_another_one_is_refused() -> None:
    with pytest.raises(DiagnosticError, match=r"the state has no terraform_data\.two"):
        split_states(state(("one", None, "1")), None, ["terraform_data.two"])
    with pytest.raises(DiagnosticError, match=r"has another terraform_data\.one already"):
        split_states(
            state(("one", None, "1")), state(("one", None, "2"), lineage="b"), ["terraform_data.one"]
        )
    with pytest.raises(DiagnosticError, match="can't be taken apart"):
        split_states(b'{"encrypted_data": "x"}', None, ["terraform_data.one"])
