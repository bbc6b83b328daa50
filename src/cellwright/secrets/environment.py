"""Secrets from environment variables of Cellwright's own process."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.secrets.source import SecretFault


@dataclass(frozen=True, slots=True)
class EnvironmentSource:
    """Gives variables by name. Which of them may be taken is decided before it is asked."""

    environment: Mapping[str, str] = field(repr=False)

    def read(self, name: str) -> bytes:
        """Give a variable's text."""
        text = self.environment.get(name)
        if text is None:
            raise SecretFault(
                f"there is no environment variable '{name}'", "set it where Cellwright is started"
            )
        return text.encode("utf-8", "surrogateescape")
