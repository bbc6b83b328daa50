"""Step Functions."""

import json

from moto.stepfunctions.responses import StepFunctionResponse

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods


def _validation() -> None:
    def validate_state_machine_definition(self: Moto) -> str:
        definition = json.loads(self.body)["definition"]
        try:
            json.loads(definition)
        except ValueError as fault:
            finding = {"severity": "ERROR", "code": "INVALID_JSON_DESCRIPTION", "message": str(fault)}
            return json.dumps({"result": "FAIL", "diagnostics": [finding]})
        return json.dumps({"result": "OK", "diagnostics": []})

    add_methods(StepFunctionResponse, validate_state_machine_definition)


def _versions() -> None:
    def list_state_machine_versions(self: Moto) -> str:  # noqa: ARG001 - moto calls it as a method
        return json.dumps({"stateMachineVersions": []})

    add_methods(StepFunctionResponse, list_state_machine_versions)


PATCHES = (
    Patch(
        "definition checks",
        "checking a definition, which clients do before they create a state machine, was not emulated",
        _validation,
    ),
    Patch("versions", "clients list the versions of a state machine to read it; it has none here", _versions),
)
