"""Kinesis."""

from typing import Any

from moto.kinesis.responses import KinesisResponse

from cellwright.sandbox.patches.patch import Patch, surround


def _stream_tags() -> None:
    def create_stream(original: Any, self: Any) -> Any:
        answer = original(self)
        # moto's own way to read a parameter
        if tags := self._get_param("Tags"):  # noqa: SLF001
            self.kinesis_backend.add_tags_to_stream(None, self._get_param("StreamName"), tags)  # noqa: SLF001
        return answer

    surround(KinesisResponse, "create_stream", create_stream)


PATCHES = (Patch("stream tags", "tags given at creation were dropped", _stream_tags),)
