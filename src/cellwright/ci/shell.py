"""Shell lines that several systems have in common. All values are checked: none has a sign of the shell."""

import re
from collections.abc import Iterator

from cellwright.ci.facts import Facts


def secret_lines(facts: Facts) -> list[str]:
    """Read the job's secrets, as the role that the job has taken; nothing is printed or kept."""
    return [line for variable, secret in facts.settings.secrets.items() for line in _read(variable, secret)]


def _read(variable: str, secret: str) -> Iterator[str]:
    # Apart from `export`, which would hide that the command has failed.
    yield (
        f'{variable}="$(aws secretsmanager get-secret-value --secret-id {secret}'
        ' --query SecretString --output text)"'
    )
    yield f"export {variable}"


def form_lines(facts: Facts) -> list[str]:
    """Collect what the form of a new client says; no value of it is ever part of a line."""
    lines = ["set -f --"]  # no pattern in a value becomes names of files
    for item in facts.form:
        name = variable_of(facts, item.key)
        lines.append(f'[ -z "${name}" ] || set -- "$@" --set "{item.key}=${name}"')
    return [*lines, f'for setting in ${variable_of(facts, "more")}; do set -- "$@" --set "$setting"; done']


def variable_of(facts: Facts, key: str) -> str:
    """Name the variable of a job for a key of the form; another fleet of the repository has others."""
    return re.sub(r"[-.]", "_", f"form_{facts.fleet}_{key}").upper()
