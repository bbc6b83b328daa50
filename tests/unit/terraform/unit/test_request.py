"""What a unit's log must not show of its state's backend."""

from pathlib import Path

from cellwright.model.address import UnitAddress
from cellwright.model.value import Json
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.unit.request import UnitRequest
from cellwright.terraform.workspace.backend import BackendSettings
from cellwright.terraform.workspace.unit_folder import UnitFolder


def masked(text: str, **config: Json) -> str:
    request = UnitRequest(
        address=UnitAddress("client", "acme", "app"),
        run="r",
        tree=StackTree.__new__(StackTree),
        backend=BackendSettings("http", config),
        inputs=(),
        environment={},
        folder=UnitFolder(Path("/nowhere")),
        states=Path("/nowhere"),
        log=Path("/nowhere"),
    )
    return request.redactor({})(text)


def test_credentials_of_its_backend_are_masked_however_deep() -> None:
    config: dict[str, Json] = {
        "http_auth": "ada:swordfish",
        "encryption_key": "a2V5LWNhbmFyeQ==",
        "exec": {"env": {"X": "canary-env"}},
        "address": "https://ada:p@ssw0rd@host/state",
        "bucket": "states",
    }
    said = "ada:swordfish a2V5LWNhbmFyeQ== canary-env https://ada:p@ssw0rd@host/state p%40ssw0rd states"
    found = masked(said, **config)
    for secret in ("swordfish", "a2V5", "canary", "ssw0rd"):
        assert secret not in found
    assert found.endswith("@host/state (sensitive value) states")


def test_placeholders_and_names_of_files_stay() -> None:
    said = "test /run/token of the test"
    assert masked(said, access_key="test", web_identity_token_file="/run/token") == said
