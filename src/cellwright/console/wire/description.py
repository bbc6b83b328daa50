"""The API's description for programs: OpenAPI, as FastAPI makes it, and what that leaves out."""

from typing import Any

from fastapi import FastAPI

from cellwright.console.wire.problems import DiagnosticPart, Problem

_WHERE = "#/components/schemas/{model}"


class DescribedApi(FastAPI):
    """An application whose description has the problem documents that its calls answer with."""

    def openapi(self) -> dict[str, Any]:
        """Give the description."""
        if self.openapi_schema is None:
            found = super().openapi()
            schemas: dict[str, Any] = found.setdefault("components", {}).setdefault("schemas", {})
            for model in (Problem, DiagnosticPart):
                schema = model.model_json_schema(ref_template=_WHERE)
                schema.pop("$defs", None)
                schemas.setdefault(model.__name__, schema)
            # FastAPI lists its own answer to wrong fields, in place of which ours is sent.
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
        return super().openapi()
