"""Opens a source of secrets as fleet.yaml declares it."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from cellwright.model.settings.secret_settings import SecretSettings
from cellwright.secrets.reader import SecretReader
from cellwright.secrets.source import SecretSource


def reader_of(
    declared: Mapping[str, SecretSettings], root: Path, environment: Mapping[str, str]
) -> SecretReader:
    """Make a reader; nothing is opened yet. Relative paths start at `root`, the fleet's folder."""
    return SecretReader(declared, partial(open_source, root=root, environment=environment))


def open_source(settings: SecretSettings, root: Path, environment: Mapping[str, str]) -> SecretSource:
    """Open a source.

    Raises:
        SecretFault: it can't be used.
    """
    return _OPENING[settings.type](settings, root, environment)


# What a source needs is imported when one is opened: most commands read no secret.


def _environment(_settings: SecretSettings, _root: Path, environment: Mapping[str, str]) -> SecretSource:
    from cellwright.secrets.environment import EnvironmentSource  # noqa: PLC0415  see above

    return EnvironmentSource(environment)


def _file(settings: SecretSettings, root: Path, _environment: Mapping[str, str]) -> SecretSource:
    from cellwright.secrets.file import FileSource  # noqa: PLC0415  see above

    return FileSource(root / settings.options["folder"])


def _vault(settings: SecretSettings, root: Path, environment: Mapping[str, str]) -> SecretSource:
    from cellwright.secrets.vault import DEFAULT_MOUNT, DEFAULT_VARIABLE, VaultSource  # noqa: PLC0415  see above

    options = settings.options
    return VaultSource(
        address=options["address"],
        mount=options.get("mount", DEFAULT_MOUNT),
        namespace=options.get("namespace"),
        token_file=root / options["token_file"] if "token_file" in options else None,
        token_variable=options.get("token_variable", DEFAULT_VARIABLE),
        ca_file=root / options["ca_file"] if "ca_file" in options else None,
        timeout=settings.timeout,
        environment=environment,
    )


def _secrets_manager(settings: SecretSettings, _root: Path, environment: Mapping[str, str]) -> SecretSource:
    from cellwright.secrets.aws import SecretsManagerSource, connect  # noqa: PLC0415  see above

    return SecretsManagerSource(connect("secretsmanager", settings, environment))


def _parameters(settings: SecretSettings, _root: Path, environment: Mapping[str, str]) -> SecretSource:
    from cellwright.secrets.aws import ParameterSource, connect  # noqa: PLC0415  see above

    return ParameterSource(connect("ssm", settings, environment))


def _sops(settings: SecretSettings, root: Path, environment: Mapping[str, str]) -> SecretSource:
    from cellwright.secrets.sops import SopsSource  # noqa: PLC0415  see above

    return SopsSource(root / settings.options["folder"], settings.timeout, environment)


_OPENING: Mapping[str, Callable[[SecretSettings, Path, Mapping[str, str]], SecretSource]] = {
    "environment": _environment,
    "file": _file,
    "vault": _vault,
    "aws_secrets_manager": _secrets_manager,
    "aws_ssm": _parameters,
    "sops": _sops,
}
