"""Requests to Access Analyzer, and what they are answered."""

import json
from urllib.parse import unquote

from moto.core.responses import BaseResponse

from cellwright.sandbox.services.accessanalyzer.models import AccessAnalyzerBackend, accessanalyzer_backends


class AccessAnalyzerResponse(BaseResponse):
    """Answers requests; moto calls the method that the API's model names."""

    def __init__(self) -> None:
        super().__init__(service_name="accessanalyzer")

    @property
    def _own(self) -> AccessAnalyzerBackend:
        return accessanalyzer_backends[self.current_account][self.region]

    def create_analyzer(self) -> str:
        """PUT /analyzer."""
        asked = json.loads(self.body)
        arn = self._own.create_analyzer(asked["analyzerName"], asked["type"], asked.get("tags") or {})
        return json.dumps({"arn": arn})

    def get_analyzer(self) -> str:
        """GET /analyzer/NAME."""
        return json.dumps({"analyzer": self._own.get_analyzer(self._last())})

    def list_analyzers(self) -> str:
        """GET /analyzer."""
        return json.dumps({"analyzers": [self._own.get_analyzer(name) for name in self._own.analyzers]})

    def delete_analyzer(self) -> str:
        """DELETE /analyzer/NAME."""
        self._own.delete_analyzer(self._last())
        return "{}"

    def list_tags_for_resource(self) -> str:
        """GET /tags/ARN."""
        return json.dumps({"tags": self._own.tags_of(self._tagged())})

    def tag_resource(self) -> str:
        """POST /tags/ARN."""
        self._own.tags_of(self._tagged()).update(json.loads(self.body)["tags"])
        return "{}"

    def untag_resource(self) -> str:
        """DELETE /tags/ARN."""
        for key in self.querystring.get("tagKeys", []):
            self._own.tags_of(self._tagged()).pop(key, None)
        return "{}"

    def _last(self) -> str:
        return unquote(self.path).rpartition("/")[2]

    def _tagged(self) -> str:
        return unquote(self.path).partition("/tags/")[2]
