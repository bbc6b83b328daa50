from pathlib import Path

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.states.state_place import StatePlace, state_place
from cellwright.model.unit import Backend
from cellwright.model.value import Json

APP = UnitAddress("client", "acme", "app")
ROOT = Path("/srv/fleet")


def place(kind: str, **config: Json) -> StatePlace:
    return state_place(Backend(kind, config), APP, ROOT)


@pytest.mark.parametrize(
    ("kind", "same", "other"),
    [
        ("s3", {"region": "eu-west-1", "profile": "x", "encrypt": True}, {"bucket": "b2"}),
        ("s3", {"dynamodb_table": "locks"}, {"key": "k2"}),
        ("s3", {"use_lockfile": True}, {"endpoints": {"s3": "https://elsewhere"}}),
        ("gcs", {"credentials": "secret"}, {"prefix": "p2"}),
        ("http", {"username": "u", "lock_address": "http://locks"}, {"address": "http://h/2"}),
        ("azurerm", {"sas_token": "secret"}, {"container_name": "c2"}),
        ("unheard_of", {"token": "secret"}, {"place": "2"}),
    ],
)
def test_some_settings_decide_the_place_and_others_do_not(
    kind: str, same: dict[str, Json], other: dict[str, Json]
) -> None:
    plain: dict[str, Json] = {"bucket": "b", "key": "k"}
    assert place(kind, **plain) == place(kind, **plain, **same)
    assert place(kind, **plain) != place(kind, **{**plain, **other})


def test_a_local_place_is_the_same_however_its_path_is_written() -> None:
    default = place("local")
    assert place("local", path=".cellwright/states/client/acme/app.tfstate") == default
    assert place("local", path="./.cellwright//states/client/acme/x/../app.tfstate") == default
    assert place("local", path="/srv/fleet/.cellwright/states/client/acme/app.tfstate") == default
    assert place("local", path="/srv/other/app.tfstate") != default
    assert state_place(Backend("local"), UnitAddress("client", "acme", "net"), ROOT) != default


def test_two_keys_that_some_stores_take_for_one_are_alike_and_not_the_same() -> None:
    one, dotted, slashes = (place("s3", bucket="b", key=key) for key in ("z/one", "z/./one", "/z//one/"))
    assert one != dotted
    assert one.alike == dotted.alike == slashes.alike
    assert one.alike != place("s3", bucket="b", key="z/One").alike
    assert place("http", address="http://h/x/").alike == place("http", address="http://H/./x").alike
    assert (
        place("http", address="http://h/x?name=1").alike != place("http", address="http://h/x?name=2").alike
    )


def test_hosts_and_accounts_are_the_same_in_either_case() -> None:
    assert place("http", address="HTTP://Host/x") == place("http", address="http://host/x")
    assert place("azurerm", storage_account_name="ACC") == place("azurerm", storage_account_name="acc")
    assert place("http", address="http://[broken") == place("http", address="http://[broken")
    assert place("http", address="http://[broken").alike != place("http", address="http://h").alike


def test_a_place_is_shown_without_what_may_hold_a_password() -> None:
    assert str(place("s3", bucket="b", key="k", profile="p")) == "s3 (bucket b, key k)"
    assert str(place("pg", conn_str="postgres://u:hidden@h", schema_name="s")) == "pg (schema_name s)"
    assert str(place("pg", conn_str="postgres://u:hidden@h")) == "pg"
    assert place("pg", conn_str="postgres://one") != place("pg", conn_str="postgres://two")
