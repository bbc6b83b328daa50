"""Makes the workflows of GitHub Actions."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

from cellwright.ci.facts import Choice, Facts, PipelineFile
from cellwright.ci.shell import variable_of
from cellwright.ci.template import filled
from cellwright.ci.values import common_values

_FOLDER = ".github/workflows"
_EVERYBODYS = "ubuntu-latest"
_NAMES = ("pull-request", "apply", "drift", "onboard")
_ACTIONS = {
    "checkout": "actions/checkout",
    "upload_artifact": "actions/upload-artifact",
    "download_artifact": "actions/download-artifact",
    "aws_credentials": "aws-actions/configure-aws-credentials",
}
"""The places in the templates, and whose commits stand there."""


def workflows(facts: Facts) -> Iterator[PipelineFile]:
    """Give each workflow."""
    values = _values(facts)
    for name in _NAMES:
        template = files(__package__).joinpath(f"{name}.yml").read_text("utf-8")
        yield PipelineFile(f"{_FOLDER}/cellwright-{facts.fleet}-{name}.yml", filled(template, values))


def _values(facts: Facts) -> Mapping[str, str | Sequence[str]]:
    given = facts.settings
    return {
        **common_values(facts),
        "session": str(given.session),
        "runner": f"[{', '.join(given.runner or (_EVERYBODYS,))}]",
        "container": [] if given.image is None else [f"container: {given.image}"],
        "inputs": [line for item in facts.form for line in _input(item)],
        "form": [
            f"{variable_of(facts, item.key)}: ${{{{ inputs.{_input_name(item)} }}}}" for item in facts.form
        ],
        **{place: facts.versions[action] for place, action in _ACTIONS.items()},
    }


def _input_name(item: Choice) -> str:
    return item.key.replace(".", "_")


def _input(item: Choice) -> Iterator[str]:
    yield f"{_input_name(item)}:"
    yield f'  description: "{item.description or item.key}"'
    if not item.choices:
        yield "  type: string"
        return
    yield "  type: choice"
    if item.default in item.choices:
        yield f'  default: "{item.default}"'
    yield "  options:"
    yield from (f'    - "{choice}"' for choice in item.choices)
