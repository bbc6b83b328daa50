"""Parts of pages that are asked for again when there is news."""

import pytest
from jinja2 import Environment, FileSystemLoader

from cellwright.console.live.topics import Followed, Topic
from cellwright.console.rendering import FOLDER

PART = '{% from "parts/live.html" import follows %}<div {{ follows("progress", live, "/here", "n") }}>'


@pytest.mark.parametrize("live", [Followed(Topic.RUNS, "1"), None])
def test_a_part_keeps_its_id_when_it_follows_no_more(live: Followed | None) -> None:
    # The page before it replaces the part with this id: without it the part would vanish at the end.
    pages = Environment(loader=FileSystemLoader(FOLDER / "templates"), autoescape=True)
    shown = pages.from_string(PART).render(live=live)
    assert 'id="progress"' in shown
    assert ("data-live" in shown) is (live is not None)
