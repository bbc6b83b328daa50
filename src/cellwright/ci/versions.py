"""The commits of what pipelines use of others, from the one place that names versions."""

from collections.abc import Mapping
from importlib.resources import files

import yaml


def actions() -> Mapping[str, str]:
    """Give each action with its commit and, as a comment, the version: what follows `@` in a workflow."""
    text = files("cellwright").joinpath("versions.yaml").read_text("utf-8")
    named = yaml.safe_load(text)["actions"]
    return {name: f"{item['commit']} # {item['version']}" for name, item in named.items()}
