"""Kinesis."""

from moto.kinesis.responses import KinesisResponse

from cellwright.sandbox.patching.patch import Moto, Patch, parameter, wrap_method


def _stream_tags() -> None:
    def create_stream(original: Moto, self: Moto) -> Moto:
        answer = original(self)
        if tags := parameter(self, "Tags"):
            self.kinesis_backend.add_tags_to_stream(None, parameter(self, "StreamName"), tags)
        return answer

    wrap_method(KinesisResponse, "create_stream", create_stream)


PATCHES = (Patch("stream tags", "tags given at creation were dropped", _stream_tags),)
