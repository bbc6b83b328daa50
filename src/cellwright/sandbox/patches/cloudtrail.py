"""CloudTrail."""

from moto.cloudtrail.models import CloudTrailBackend, Trail

from cellwright.sandbox.patching.patch import Moto, Patch, wrap_method


def _selectors() -> None:
    def description(original: Moto, self: Moto, *arguments: Moto, **named: Moto) -> Moto:
        chosen = bool(self.event_selectors or self.advanced_event_selectors)
        return {**original(self, *arguments, **named), "HasCustomEventSelectors": chosen}

    def put_event_selectors(original: Moto, self: Moto, plain: Moto, advanced: Moto) -> None:
        if plain:
            self.advanced_event_selectors = []
        original(self, plain, advanced)

    wrap_method(Trail, "description", description)
    wrap_method(Trail, "put_event_selectors", put_event_selectors)


def _deletion() -> None:
    def delete_trail(original: Moto, self: Moto, name: str) -> None:
        original(self, self.get_trail(name).trail_name)

    wrap_method(CloudTrailBackend, "delete_trail", delete_trail)


PATCHES = (
    Patch(
        "event selectors", "a trail never reported that it has any, so clients didn't read them", _selectors
    ),
    Patch(
        "deletion of trails", "deleting a trail by its ARN did nothing, but was answered as done", _deletion
    ),
)
