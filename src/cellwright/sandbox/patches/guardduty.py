"""GuardDuty."""

import json
from urllib.parse import unquote

from moto.guardduty import urls
from moto.guardduty.models import Detector
from moto.guardduty.responses import GuardDutyResponse

from cellwright.sandbox.patches.patch import Moto, Patch, define, surround


def _detector_tags() -> None:
    def list_tags_for_resource(self: Moto) -> str:
        return json.dumps({"tags": _tags(self)})

    def tag_resource(self: Moto) -> str:
        _tags(self).update(json.loads(self.body)["tags"])
        return "{}"

    def untag_resource(self: Moto) -> str:
        for key in self.querystring.get("tagKeys", []):
            _tags(self).pop(key, None)
        return "{}"

    urls.url_paths["{0}/tags/(?P<arn>.+)$"] = GuardDutyResponse.dispatch
    define(GuardDutyResponse, list_tags_for_resource, tag_resource, untag_resource)


def _tags(response: Moto) -> dict[str, str]:
    detector_id = unquote(response.path).rpartition("/")[2]
    tags: dict[str, str] = response.guardduty_backend.detectors[detector_id].tags
    return tags


def _detector_features() -> None:
    def update(
        original: Moto, self: Moto, enable: Moto, frequency: Moto, sources: Moto, features: Moto
    ) -> None:
        before = {feature["name"]: feature for feature in self.features}
        changed = {feature["name"]: feature for feature in features or []}
        original(self, enable, frequency, sources, [*{**before, **changed}.values()])

    surround(Detector, "update", update)


PATCHES = (
    Patch("detector tags", "a detector's tags couldn't be changed after its creation", _detector_tags),
    Patch("detector features", "changing one feature of a detector forgot all others", _detector_features),
)
