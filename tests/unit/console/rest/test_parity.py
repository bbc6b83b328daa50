"""Whatever a page of the console shows or does, a call of the API does: the same nouns, for programs."""

from collections.abc import Iterator, Mapping
from types import ModuleType

from fastapi.routing import APIRoute

from cellwright.console import pages, rest
from cellwright.console.discovery import found_in

CALLS: Mapping[str, tuple[str, ...]] = {
    # Looking
    "GET /": ("GET /needs",),
    "GET /palette": ("GET /cells", "GET /runs"),
    "GET /cells": ("GET /cells",),
    "GET /cells/{level}/{name}": ("GET /cells/{level}/{cell}",),
    "GET /cells/{level}/{name}/settings": ("GET /cells/{level}/{cell}/settings",),
    "GET /cells/{level}/{name}/outputs": ("GET /cells/{level}/{cell}/outputs",),
    "GET /cells/{level}/{name}/history": ("GET /runs",),
    "GET /cells/{level}/{name}/events": ("GET /cells/{level}/{cell}/events",),
    "GET /cells/{level}/{name}/access": ("GET /cells/{level}/{cell}/access",),
    "GET /units/{level}/{name}/{stack}": (
        "GET /units/{level}/{cell}/{stack}",
        "GET /units/{level}/{cell}/{stack}/inputs",
        "GET /units/{level}/{cell}/{stack}/drift",
        "GET /status",
        "GET /graph",
    ),
    "GET /graph": ("GET /graph",),
    "GET /addresses": ("GET /addresses", "GET /addresses/free"),
    "GET /capacity": ("GET /capacity",),
    "GET /versions": ("GET /versions",),
    "GET /drift": ("GET /drift", "GET /drift/groups", "GET /drift/acknowledgements", "GET /drift/schedules"),
    "POST /drift/looks": ("POST /drift/looks",),
    "POST /drift/acknowledgements": ("POST /drift/acknowledgements",),
    "POST /drift/acknowledgements/{ack}/end": ("POST /drift/acknowledgements/{ack}/end",),
    "POST /drift/repairs": ("POST /drift/repairs",),
    "GET /workers": ("GET /workers",),
    "GET /events": ("GET /events", "GET /events/latest"),
    "GET /events/{sequence}": ("GET /events/{number}",),
    "GET /events/export.jsonl": ("GET /events/export",),
    "GET /events/export.csv": ("GET /events/export",),
    "POST /events/verify": ("GET /events/verify",),
    # Runs
    "GET /runs": ("GET /runs",),
    "GET /runs/{run_id}": ("GET /runs/{run}", "GET /runs/{run}/summary", "GET /runs/{run}/units"),
    "GET /runs/{run_id}/live": ("GET /runs/{run}/events",),
    "GET /runs/{run_id}/units/{level}/{cell}/{stack}": ("GET /runs/{run}/units/{level}/{cell}/{stack}",),
    "GET /runs/{run_id}/units/{level}/{cell}/{stack}/live": ("GET /runs/{run}/events",),
    "GET /runs/{run_id}/units/{level}/{cell}/{stack}/log": ("GET /runs/{run}/logs",),
    "GET /runs/{run_id}/cancel": ("GET /runs/{run}/summary",),
    "POST /runs/{run_id}/cancel": ("POST /runs/{run}/cancel",),
    "GET /runs/{run_id}/retry": ("GET /runs/{run}/summary",),
    "POST /runs/{run_id}/retry": ("POST /runs/{run}/resume",),
    "GET /runs/{run_id}/pause": ("GET /runs/{run}/summary",),
    "POST /runs/{run_id}/pause": ("POST /runs/{run}/pause",),
    "GET /runs/{run_id}/unpause": ("GET /runs/{run}/summary",),
    "POST /runs/{run_id}/unpause": ("POST /runs/{run}/unpause",),
    "GET /approvals": ("GET /approvals", "GET /runs/{run}/approvals"),
    "POST /approvals": ("POST /runs/{run}/approvals",),
    "POST /workers/drain": ("POST /workers/{worker}/drain",),
    # Rollouts
    "GET /rollouts": ("GET /rollouts",),
    "GET /rollouts/{rollout_id}": ("GET /rollouts/{rollout}",),
    "GET /rollouts/{rollout_id}/cells": ("GET /rollouts/{rollout}/cells",),
    "GET /rollouts/new": ("POST /rollouts/simulate",),
    "POST /rollouts/new": ("POST /rollouts",),
    "POST /rollouts/{rollout_id}/answer": ("POST /rollouts/{rollout}/approvals",),
    "GET /rollouts/{rollout_id}/pause": ("GET /rollouts/{rollout}/summary",),
    "POST /rollouts/{rollout_id}/pause": ("POST /rollouts/{rollout}/pause",),
    "GET /rollouts/{rollout_id}/resume": ("GET /rollouts/{rollout}/summary",),
    "POST /rollouts/{rollout_id}/resume": ("POST /rollouts/{rollout}/resume",),
    "GET /rollouts/{rollout_id}/halt": ("GET /rollouts/{rollout}/summary",),
    "POST /rollouts/{rollout_id}/halt": ("POST /rollouts/{rollout}/halt",),
    "GET /rollouts/{rollout_id}/cancel": ("GET /rollouts/{rollout}/summary",),
    "POST /rollouts/{rollout_id}/cancel": ("POST /rollouts/{rollout}/cancel",),
    "GET /rollouts/{rollout_id}/retry": ("GET /rollouts/{rollout}/summary",),
    "POST /rollouts/{rollout_id}/retry": ("POST /rollouts/{rollout}/retry",),
    "GET /rollouts/{rollout_id}/expedite": ("GET /rollouts/{rollout}/summary",),
    "POST /rollouts/{rollout_id}/expedite": ("POST /rollouts/{rollout}/expedite",),
    "GET /rollouts/{rollout_id}/rollback": ("GET /rollouts/{rollout}/summary",),
    "POST /rollouts/{rollout_id}/rollback": ("POST /rollouts/{rollout}/rollback",),
    # Clients, and cells that are edited
    "GET /onboard": ("GET /clients/form",),
    "POST /onboard/check": ("POST /clients/check",),
    "POST /onboard": ("POST /clients",),
    "GET /onboard/proposed/{level}/{name}": ("POST /clients",),  # its answer has the pull request
    "GET /cells/{level}/{name}/progress": (
        "GET /runs/{run}/units",
        "GET /runs/{run}/events",
        "GET /cells/{level}/{cell}/outputs",
    ),
    "POST /cells/{level}/{name}/progress": ("POST /clients",),  # asked again, it goes on
    "GET /cells/{level}/{name}/edit": ("GET /cells/{level}/{cell}/files", "GET /clients/form"),
    "POST /cells/{level}/{name}/edit/check": ("POST /cells/{level}/{cell}/files/check",),
    "POST /cells/{level}/{name}/edit": ("PUT /cells/{level}/{cell}/files",),
    "GET /cells/{level}/{name}/offboard": ("GET /clients/{name}/life", "GET /clients/offboardings"),
    "POST /cells/{level}/{name}/offboard/plan": (
        "POST /clients/{name}/offboard/plan",
        "GET /clients/{name}/offboard/plan/{run}",
    ),
    "POST /cells/{level}/{name}/offboard/cancel": ("POST /clients/{name}/offboard/cancel",),
    "POST /cells/{level}/{name}/offboard/approve": ("POST /clients/{name}/offboard/approve",),
    "POST /cells/{level}/{name}/legal-hold": ("POST /clients/{name}/legal-hold",),
    "GET /cells/{level}/{name}/suspend": ("GET /clients/{name}/life",),
    "POST /cells/{level}/{name}/suspend": ("POST /clients/{name}/suspend", "POST /clients/{name}/reinstate"),
    "GET /cells/{level}/{name}/relocate": ("GET /cells/{level}/{cell}/relocation",),
    "POST /cells/{level}/{name}/relocate": ("POST /cells/{level}/{cell}/relocate",),
    "GET /cells/{level}/{name}/rename": ("GET /cells/{level}/{cell}",),
    "POST /cells/{level}/{name}/rename/plan": ("POST /cells/{level}/{cell}/rename/plan",),
    "POST /cells/{level}/{name}/rename": ("POST /cells/{level}/{cell}/rename",),
    "GET /certificates": ("GET /certificates",),
    "GET /cells/{level}/{name}/certificate": ("GET /clients/{name}/certificates",),
    "POST /cells/{level}/{name}/certificate": ("POST /clients/{name}/certificates",),
    "POST /cells/{level}/{name}/certificate/validate": ("POST /clients/{name}/certificates/validate",),
    "GET /cells/{level}/{name}/certificate/{number}/{ending}": (
        "GET /clients/{name}/certificates/{number}/{ending}",
    ),
    "POST /cells/{level}/{name}/offboard": ("POST /clients/{name}/offboard",),
    "GET /live/{name}": ("GET /events/stream", "GET /runs/{run}/events"),
    "GET /evidence": ("GET /evidence", "GET /reviews"),
    "POST /evidence": ("POST /evidence",),
    "GET /evidence/{kept}": ("GET /evidence/{evidence}",),
    "GET /evidence/{kept}/download": ("GET /evidence/{evidence}/download",),
    "POST /evidence/reviews": ("POST /reviews",),
    # People, tokens, webhooks
    "GET /people": ("GET /people",),
    "GET /people/invite": ("GET /fleet",),
    "POST /people/invite": ("POST /people",),
    "GET /people/{person}": ("GET /people/{person}",),
    "POST /people/{person}/roles": ("POST /people/{person}/grants",),
    "POST /people/{person}/roles/{grant}/withdraw": ("DELETE /people/{person}/grants/{grant}",),
    "POST /people/{person}/disable": ("PATCH /people/{person}",),
    "POST /people/{person}/enable": ("PATCH /people/{person}",),
    "POST /people/{person}/link": ("POST /people/{person}/link",),
    "POST /people/{person}/second-factors/remove": ("DELETE /people/{person}/second-factors",),
    "GET /tokens": ("GET /tokens",),
    "POST /tokens": ("POST /tokens",),
    "POST /tokens/{token}/revoke": ("DELETE /tokens/{token}",),
    "GET /webhooks": ("GET /webhooks",),
    "POST /webhooks": ("POST /webhooks",),
    "GET /webhooks/{webhook}": ("GET /webhooks/{webhook}", "GET /webhooks/{webhook}/deliveries"),
    "POST /webhooks/{webhook}/test": ("POST /webhooks/{webhook}/test",),
    "POST /webhooks/{webhook}/enabled": ("PATCH /webhooks/{webhook}",),
    "POST /webhooks/{webhook}/remove": ("DELETE /webhooks/{webhook}",),
}
"""The calls that do what a page does."""

OF_BROWSERS = ("/sign-in", "/sign-out", "/oidc/", "/welcome/", "/account", "/theme")
"""How somebody signs in with a browser, proves who they are, and has the pages look: no program does that."""
FOR_PROGRAMS = ("/healthz", "/readyz", "/metrics")
"""Not below /api, as those who ask for them expect them there."""


def operations(package: ModuleType) -> Iterator[str]:
    for item in found_in(package):
        for route in item.router.routes:
            assert isinstance(route, APIRoute)
            yield from (f"{method} {route.path_format}" for method in sorted(route.methods or ()))


def test_every_page_has_its_calls() -> None:
    found = {item for item in operations(pages) if not _is_apart(item.partition(" ")[2])}
    assert sorted(found - CALLS.keys()) == [], "a page that no call of the API answers for"
    assert sorted(CALLS.keys() - found) == [], "pages that there are no more"


def test_the_calls_are_there() -> None:
    missing = {name for named in CALLS.values() for name in named} - set(operations(rest))
    assert sorted(missing) == []


def test_what_is_of_browsers_is_there() -> None:
    paths = [item.partition(" ")[2] for item in operations(pages)]
    for start in (*OF_BROWSERS, *FOR_PROGRAMS):
        assert any(path.startswith(start) for path in paths), start


def _is_apart(path: str) -> bool:
    return path.startswith((*OF_BROWSERS, *FOR_PROGRAMS))
