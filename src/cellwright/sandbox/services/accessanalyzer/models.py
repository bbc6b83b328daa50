"""The analyzers of an account and region."""

from datetime import UTC, datetime

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import JsonRESTError

_FEW = 1
"""An account has one analyzer of each type in a region."""


class ResourceNotFoundError(JsonRESTError):
    """There is no such analyzer."""

    code = 404

    def __init__(self, name: str) -> None:
        super().__init__("ResourceNotFoundException", f"Analyzer not found: {name}")


class ConflictError(JsonRESTError):
    """Its name is taken."""

    code = 409

    def __init__(self, name: str) -> None:
        super().__init__("ConflictException", f"Analyzer {name} already exists")


class QuotaError(JsonRESTError):
    """There is one of this type already."""

    code = 402

    def __init__(self, kind: str) -> None:
        super().__init__("ServiceQuotaExceededException", f"The maximum number of {kind} analyzers is {_FEW}")


class AccessAnalyzerBackend(BaseBackend):
    """The analyzers of an account and region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.analyzers: dict[str, dict[str, object]] = {}
        self.tags: dict[str, dict[str, str]] = {}
        """By the analyzer's ARN."""

    def create_analyzer(self, name: str, kind: str, tags: dict[str, str]) -> str:
        """Create one; gives its ARN."""
        if name in self.analyzers:
            raise ConflictError(name)
        if sum(item["type"] == kind for item in self.analyzers.values()) >= _FEW:
            raise QuotaError(kind)
        arn = f"arn:aws:access-analyzer:{self.region_name}:{self.account_id}:analyzer/{name}"
        created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.analyzers[name] = {
            "arn": arn,
            "name": name,
            "type": kind,
            "status": "ACTIVE",
            "createdAt": created,
        }
        self.tags[arn] = dict(tags)
        return arn

    def get_analyzer(self, name: str) -> dict[str, object]:
        """Describe one."""
        found = self.analyzers.get(name)
        if found is None:
            raise ResourceNotFoundError(name)
        return {**found, "tags": self.tags[str(found["arn"])]}

    def delete_analyzer(self, name: str) -> None:
        """Delete one."""
        found = self.get_analyzer(name)
        del self.analyzers[name]
        del self.tags[str(found["arn"])]

    def tags_of(self, arn: str) -> dict[str, str]:
        """The tags of one, to read or to change."""
        if arn not in self.tags:
            raise ResourceNotFoundError(arn)
        return self.tags[arn]


accessanalyzer_backends = BackendDict(AccessAnalyzerBackend, "accessanalyzer")
