"""One world for all walks: it takes longer to make than most of them."""

from collections.abc import Iterator

import pytest
from anyio.from_thread import start_blocking_portal

from unit.console.bad_input.kit import World, open_world


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = open_world(tmp_path_factory.mktemp("fleet"))
    # One event loop for all requests, without what runs in the background of a server.
    with start_blocking_portal() as world.browser.portal:
        yield world
