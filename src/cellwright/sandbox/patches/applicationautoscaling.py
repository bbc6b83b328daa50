"""Application Auto Scaling."""

import json
from typing import Any

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.utilities.tagging_service import TaggingService

from cellwright.sandbox.patches.patch import Patch, define, surround


def _tags() -> None:
    def register_scalable_target(original: Any, self: Any) -> str:
        answer: str = original(self)
        if tags := self._get_param("Tags"):
            _tagger(self).tag_resource(json.loads(answer)["ScalableTargetARN"], _pairs(tags))
        return answer

    def list_tags_for_resource(self: Any) -> str:
        return json.dumps({"Tags": _tagger(self).get_tag_dict_for_resource(self._get_param("ResourceARN"))})

    def tag_resource(self: Any) -> str:
        _tagger(self).tag_resource(self._get_param("ResourceARN"), _pairs(self._get_param("Tags")))
        return "{}"

    def untag_resource(self: Any) -> str:
        _tagger(self).untag_resource_using_names(self._get_param("ResourceARN"), self._get_param("TagKeys"))
        return "{}"

    surround(ApplicationAutoScalingResponse, "register_scalable_target", register_scalable_target)
    define(ApplicationAutoScalingResponse, list_tags_for_resource, tag_resource, untag_resource)


def _tagger(response: Any) -> Any:
    backend: ApplicationAutoscalingBackend = response.applicationautoscaling_backend
    return vars(backend).setdefault("tagger", TaggingService())


def _pairs(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


PATCHES = (Patch("scalable target tags", "listing a target's tags was not emulated", _tags),)
