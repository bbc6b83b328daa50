"""GuardDuty."""

import json
from urllib.parse import unquote

from moto.guardduty import urls
from moto.guardduty.models import Detector, Filter
from moto.guardduty.responses import GuardDutyResponse

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods, parameter, wrap_method

_ORGANIZATION_SETTINGS = ("autoEnableOrganizationMembers", "dataSources", "features")


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
    add_methods(GuardDutyResponse, list_tags_for_resource, tag_resource, untag_resource)


def _filter_tags() -> None:
    def create_filter(original: Moto, self: Moto) -> Moto:
        answer = original(self)
        detector = self.guardduty_backend.detectors[self.path.split("/")[-2]]
        _tags_of(detector.filters[parameter(self, "name")]).update(parameter(self, "tags") or {})
        return answer

    def to_json(original: Moto, self: Moto) -> Moto:
        return {**original(self), "tags": _tags_of(self)}

    wrap_method(GuardDutyResponse, "create_filter", create_filter)
    wrap_method(Filter, "to_json", to_json)


def _tags(response: Moto) -> dict[str, str]:
    """The tags of the detector, or of one of its filters, that the path names by its ARN."""
    _, _, named = unquote(response.path).partition(":detector/")
    detector_id, _, filter_name = named.partition("/filter/")
    detector = response.guardduty_backend.detectors[detector_id]
    return _tags_of(detector.filters[filter_name] if filter_name else detector)


def _tags_of(tagged: Moto) -> dict[str, str]:
    tags: dict[str, str] = tagged.__dict__.setdefault("tags", {})
    return tags


def _detector_features() -> None:
    def update(
        original: Moto, self: Moto, enable: Moto, frequency: Moto, sources: Moto, features: Moto
    ) -> None:
        before = {feature["name"]: feature for feature in self.features}
        changed = {feature["name"]: feature for feature in features or []}
        original(self, enable, frequency, sources, [*{**before, **changed}.values()])

    wrap_method(Detector, "update", update)


def _organization() -> None:
    def disable_organization_admin_account(self: Moto) -> str:
        known = self.guardduty_backend.admin_account_ids
        known[:] = [item for item in known if item != parameter(self, "adminAccountId")]
        return "{}"

    def update_organization_configuration(self: Moto) -> str:
        asked = json.loads(self.body)
        _organization_of(self).update({key: asked[key] for key in _ORGANIZATION_SETTINGS if key in asked})
        return "{}"

    def describe_organization_configuration(self: Moto) -> str:
        chosen = _organization_of(self)
        everybody = chosen.get("autoEnableOrganizationMembers", "NONE")
        said = {"autoEnable": everybody != "NONE", "memberAccountLimitReached": False, "features": []}
        return json.dumps({**said, "autoEnableOrganizationMembers": everybody, **chosen})

    urls.url_paths["{0}/admin/disable$"] = GuardDutyResponse.dispatch
    urls.url_paths["{0}/detector/(?P<detector_id>[^/]+)/admin$"] = GuardDutyResponse.dispatch
    add_methods(
        GuardDutyResponse,
        disable_organization_admin_account,
        update_organization_configuration,
        describe_organization_configuration,
    )


def _organization_of(response: Moto) -> dict[str, Moto]:
    """What was chosen for all accounts, with the detector that the path names."""
    detector = response.guardduty_backend.get_detector(response.path.split("/")[-2])
    chosen: dict[str, Moto] = detector.__dict__.setdefault("organization", {})
    return chosen


PATCHES = (
    Patch("detector tags", "a detector's tags couldn't be changed after its creation", _detector_tags),
    Patch("filter tags", "a filter's tags were lost, and couldn't be changed", _filter_tags),
    Patch("detector features", "changing one feature of a detector removed all others", _detector_features),
    Patch(
        "organization",
        "an account could be named that looks after all others, but it neither could, nor was it relieved",
        _organization,
    ),
)
