"""What the templates of several systems have in common."""

from collections.abc import Mapping, Sequence

from cellwright.ci.facts import Facts
from cellwright.ci.shell import form_lines, secret_lines, variable_of


def common_values(facts: Facts) -> Mapping[str, str | Sequence[str]]:
    """Give what stands in the templates of every system, by the name of its place."""
    given = facts.settings
    return {
        "fleet": facts.fleet,
        "folder": facts.folder,
        "level": facts.level,
        "branch": given.branch,
        "environment": given.environment,
        "region": given.region,
        "plan_role": given.plan_role,
        "apply_role": given.apply_role,
        "drift": given.drift,
        "secrets": secret_lines(facts),
        "settings": form_lines(facts),
        **{f"form_{key}": variable_of(facts, key) for key in ("name", "more", "reason")},
    }
