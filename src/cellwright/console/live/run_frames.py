"""What is sent to the pages of a run as it changes: the parts that differ, as HTML."""

from dataclasses import dataclass, field

from cellwright.app.overview.reach import Reach, everything
from cellwright.app.overview.runs.run_feed import MOST_ROWS, RunFeed
from cellwright.app.overview.runs.run_graph import RunGraph, run_graph
from cellwright.app.overview.runs.run_view import RunRequest, run_view
from cellwright.app.session.session import FleetSession
from cellwright.console.rendering import Pages
from cellwright.console.runs.graph_view import GraphPicture, graph_picture
from cellwright.console.runs.run_shown import run_shown
from cellwright.console.runs.words import PHASES

PHRASE = "from left to right: each waits for what its arrow comes from"


@dataclass(slots=True)
class RunFrames:
    """Renders what has changed of one run, for those who may see the same cells of it."""

    session: FleetSession
    pages: Pages
    run: str
    readable: Reach = everything
    _graph: RunGraph | None = field(init=False, default=None)

    def render(self, feed: RunFeed, version: int, event: int | None = None) -> str:
        """Render what has changed since a version, or since a stored event; empty if that is too much.

        Raises:
            DiagnosticError: the ledger can't be read.
        """
        changed = feed.changed_since(version, event)
        if len(changed) > MOST_ROWS:
            return ""
        view = run_view(self.session, RunRequest(run=self.run, units=changed, readable=self.readable))
        return self.pages.part(
            "parts/run_frame.html",
            shown=run_shown(view, feed.live),
            picture=self._picture(feed) if changed or version == 0 else None,
            phrase=PHRASE,
            phases=PHASES,
        )

    def _picture(self, feed: RunFeed) -> GraphPicture:
        if self._graph is None:
            # What waits for what stays as it is while the run goes on.
            self._graph = run_graph(self.session, self.run, self.readable)
        return graph_picture(self.run, self._graph, feed.places)
