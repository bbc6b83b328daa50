"""Makes the pipeline of GitLab: a file for each fleet, and one that includes it where there is none."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

from cellwright.ci.facts import Choice, Facts, PipelineFile
from cellwright.ci.shell import variable_of
from cellwright.ci.template import filled
from cellwright.ci.values import common_values

ROOT = ".gitlab-ci.yml"
_IDENTITY = (
    'AWS_WEB_IDENTITY_TOKEN_FILE="$(mktemp)"',
    "export AWS_WEB_IDENTITY_TOKEN_FILE",
    """printf '%s' "$CELLWRIGHT_AWS_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE\"""",
)


def included_path(facts: Facts) -> str:
    """Give the path of a fleet's file."""
    return f".gitlab/cellwright-{facts.fleet}.yml"


def included(facts: Facts) -> PipelineFile:
    """Give the jobs of a fleet."""
    values = _values(facts)
    template = files(__package__).joinpath("pipeline.yml").read_text("utf-8")
    return PipelineFile(included_path(facts), filled(template, values))


def including() -> PipelineFile:
    """Give the file that GitLab looks for: it takes in the jobs of every fleet of the repository."""
    return PipelineFile(ROOT, "include:\n  - local: /.gitlab/cellwright-*.yml\n")


def _values(facts: Facts) -> Mapping[str, str | Sequence[str]]:
    given = facts.settings
    values = {**common_values(facts), "identity": _IDENTITY}
    return {
        **values,
        "image": [] if given.image is None else [f"image: {given.image}"],
        "tags": [f"tags: [{', '.join(given.runner)}]"] if given.runner else [],
        "comment": _comment(values, given.comment_token),
        "audience": facts.audience,
        "variables": list(_variables(facts)),
    }


def _comment(values: Mapping[str, str | Sequence[str]], token: str | None) -> list[str]:
    """Give the job that comments, for who has a token for it."""
    if token is None:
        return []
    template = files(__package__).joinpath("comment.yml").read_text("utf-8")
    return filled(template, {**values, "comment_token": token}).splitlines()


def _variables(facts: Facts) -> Iterator[str]:
    """Give what "Run pipeline" asks for."""
    yield "variables:"
    yield from _variable(variable_of(facts, "name"), f"Onboard a {facts.level} of this name; empty: nobody")
    for item in facts.form:
        yield from _variable(variable_of(facts, item.key), item.description or item.key, item)
    yield from _variable(variable_of(facts, "more"), "More settings: KEY=VALUE, with blanks between them")
    yield from _variable(variable_of(facts, "reason"), "Why, for the audit trail")


def _variable(name: str, description: str, item: Choice | None = None) -> Iterator[str]:
    choices = item.choices if item is not None else ()
    first = item.default if item is not None and item.default in choices else "".join(choices[:1])
    yield f"  {name}:"
    yield f'    description: "{description}"'
    yield f'    value: "{first}"'
    if choices:
        yield "    options:"
        yield from (f'      - "{choice}"' for choice in choices)
