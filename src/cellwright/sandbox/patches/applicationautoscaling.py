"""Application Auto Scaling."""

import json

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.utilities.tagging_service import TaggingService

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods, parameter, wrap_method


def _tags() -> None:
    def register_scalable_target(original: Moto, self: Moto) -> str:
        answer: str = original(self)
        if tags := parameter(self, "Tags"):
            _tagger(self).tag_resource(json.loads(answer)["ScalableTargetARN"], _pairs(tags))
        return answer

    def list_tags_for_resource(self: Moto) -> str:
        return json.dumps({"Tags": _tagger(self).get_tag_dict_for_resource(parameter(self, "ResourceARN"))})

    def tag_resource(self: Moto) -> str:
        _tagger(self).tag_resource(parameter(self, "ResourceARN"), _pairs(parameter(self, "Tags")))
        return "{}"

    def untag_resource(self: Moto) -> str:
        _tagger(self).untag_resource_using_names(parameter(self, "ResourceARN"), parameter(self, "TagKeys"))
        return "{}"

    wrap_method(ApplicationAutoScalingResponse, "register_scalable_target", register_scalable_target)
    add_methods(ApplicationAutoScalingResponse, list_tags_for_resource, tag_resource, untag_resource)


def _tagger(response: Moto) -> Moto:
    backend: ApplicationAutoscalingBackend = response.applicationautoscaling_backend
    return vars(backend).setdefault("tagger", TaggingService())


def _pairs(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


PATCHES = (Patch("scalable target tags", "listing a target's tags was not emulated", _tags),)
