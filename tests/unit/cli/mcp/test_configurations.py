"""The configurations of clients in docs/mcp.md are of the form that each client documents."""

import json
import re
from pathlib import Path

DOCS = Path(__file__).parents[4] / "docs" / "mcp.md"


def configurations() -> list[dict[str, dict[str, dict[str, object]]]]:
    return [json.loads(text) for text in re.findall(r"```json\n(.*?)```", DOCS.read_text(), re.DOTALL)]


def test_each_names_a_server_as_its_client_reads_it() -> None:
    desktop, cursor, code = configurations()
    assert [list(item) for item in (desktop, cursor, code)] == [["mcpServers"], ["mcpServers"], ["servers"]]
    for item in (desktop, cursor, code):
        (servers,) = item.values()
        server = servers["cellwright"]
        assert set(server) - {"type"} == {"command", "args"}
        assert str(server["command"]).rpartition("/")[2] == "cellwright"
    assert str(desktop["mcpServers"]["cellwright"]["command"]).startswith("/"), "it has no PATH of a shell"
    assert code["servers"]["cellwright"]["type"] == "stdio"
