from pathlib import Path

from cellwright.app.fleet.graph import GraphRequest, graph
from unit.app.fleet.settings import write_settings
from unit.app.kit import open_session


def test_the_graph_has_what_is_switched_on(tmp_path: Path) -> None:
    write_settings(tmp_path)
    assert [str(node) for node in graph(open_session(tmp_path), GraphRequest()).nodes] == ["client/acme/app"]
