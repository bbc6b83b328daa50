"""What lies in AWS: who calls, which roles can be taken, whether the states' buckets answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from cellwright.app.doctor.machine import compared_clock
from cellwright.app.doctor.report import Line, broken, skipped, well
from cellwright.fleet.fleet import Fleet
from cellwright.ledger.opening import Ledger
from cellwright.model.unit import Unit
from cellwright.model.value import OutputReference
from cellwright.web.aws import make_client

_SECONDS = 10.0
_ROLE_INPUTS = ("role_arn", "assume_role_arn")
_MOST_ROLES = 20
"""Roles that are tried: each takes a call."""
_NO_CREDENTIALS = "no credentials of AWS are in the environment, nor a profile with some"
_SIGN_IN = "sign in as somebody who may take the deployers' roles: aws sso login, or AWS_PROFILE"
_LIBRARY = "AWS's library is not installed"


@dataclass(frozen=True, slots=True)
class Identity:
    """The variables of one AWS identity, as the processes of some cells get them."""

    cells: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)

    @property
    def told(self) -> str:
        """Of whom it is."""
        if not self.cells:
            return "as this shell has it"
        more = f" and {len(self.cells) - 1} more" if len(self.cells) > 1 else ""
        return f"for {self.cells[0]}{more}"


def identities(fleet: Fleet, ambient: Mapping[str, str]) -> Iterator[Identity]:
    """Yield that of the shell, and each other one that cells' settings name."""
    found: dict[tuple[tuple[str, str], ...], list[str]] = {(): []}
    for address, cell in fleet.cells.items():
        own = tuple(sorted((key, text) for key, text in cell.environment.items() if key.startswith("AWS_")))
        if own:
            found.setdefault(own, []).append(str(address))
    for own, cells in found.items():
        yield Identity(tuple(cells), {**ambient, **dict(own)})


def look_at_identity(identity: Identity) -> Iterator[Line]:
    """Yield who calls with an identity, and how far AWS's clock is from this machine's."""
    try:
        from botocore.exceptions import (  # type: ignore[import-untyped]  # noqa: PLC0415  an extra
            BotoCoreError,
            ClientError,
            NoCredentialsError,
        )
    except ImportError:
        yield skipped("credentials", _LIBRARY, "pip install 'cellwright[aws]'")
        return
    try:
        client = make_client("sts", identity.environment, seconds=_SECONDS, region=_region(identity))
        before = datetime.now(UTC)
        answer = client.get_caller_identity()
        after = datetime.now(UTC)
    except NoCredentialsError:
        yield skipped("credentials", f"{_NO_CREDENTIALS} ({identity.told})", _SIGN_IN)
    except ClientError as fault:
        yield broken("credentials", f"AWS refuses them ({identity.told}): {_code(fault)}", _SIGN_IN)
    except (BotoCoreError, OSError, ValueError) as fault:
        told = f"AWS can't be asked ({identity.told}): {type(fault).__name__}"
        yield broken("credentials", told, "check the network, the proxy (HTTPS_PROXY), profile and region")
    else:
        yield well("credentials", f"{answer['Arn']} ({identity.told})")
        yield from _clock(answer, before, after)


def roles_of(fleet: Fleet, ledger: Ledger) -> tuple[str, ...]:
    """Give the roles that units take, as far as they are known: written down, or an output on record."""
    wanted: set[str] = set()
    for unit in fleet.units.values():
        wanted.update(role for name in _ROLE_INPUTS if (role := _role(unit, name, ledger)))
    return tuple(sorted(wanted))


def look_at_roles(identity: Identity, roles: tuple[str, ...]) -> Iterator[Line]:
    """Yield whether each role can be taken; what that gives is forgotten at once."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  as above

    client = make_client("sts", identity.environment, seconds=_SECONDS, region=_region(identity))
    for role in roles[:_MOST_ROLES]:
        try:
            client.assume_role(RoleArn=role, RoleSessionName="cellwright-doctor")
        except (BotoCoreError, ClientError, OSError) as fault:
            advice = "let its trust policy name whoever calls, or sign in as somebody whom it names"
            yield broken("role", f"{role} can't be taken: {_code(fault)}", advice)
        else:
            yield well("role", f"{role} can be taken")
    if len(roles) > _MOST_ROLES:
        yield skipped("role", f"{len(roles) - _MOST_ROLES} more roles were not tried")


def look_at_bucket(identity: Identity, config: Mapping[str, Any]) -> Iterator[Line]:
    """Yield whether a bucket of states answers."""
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError  # noqa: PLC0415  as above

    bucket, endpoints = str(config.get("bucket")), config.get("endpoints")
    endpoint = endpoints.get("s3") if isinstance(endpoints, Mapping) else config.get("endpoint")
    try:
        client = make_client(
            "s3",
            identity.environment,
            seconds=_SECONDS,
            region=_text(config.get("region")) or _region(identity),
            profile=_text(config.get("profile")),
            endpoint=_text(endpoint),
        )
        client.head_bucket(Bucket=bucket)
    except NoCredentialsError:
        yield skipped("states", f"the bucket {bucket} was not asked: {_NO_CREDENTIALS}", _SIGN_IN)
    except (BotoCoreError, ClientError, OSError, ValueError) as fault:
        advice = "check that there is such a bucket, its region, and that whoever calls may use it"
        yield broken("states", f"the bucket {bucket} does not answer: {_code(fault)}", advice)
    else:
        yield well("states", f"the bucket {bucket} answers")


def _role(unit: Unit, name: str, ledger: Ledger) -> str:
    item = unit.inputs.get(name)
    value = None if item is None else item.value
    if isinstance(value, OutputReference):
        recorded = ledger.reader.outputs([value.unit]).get(value.unit, {}).get(value.output)
        value = None if recorded is None or recorded.sensitive else recorded.value
    return value if isinstance(value, str) and value.startswith("arn:") else ""


def _clock(answer: Mapping[str, Any], before: datetime, after: datetime) -> Iterator[Line]:
    date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")
    try:
        there = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return
    yield compared_clock("AWS", there, before.replace(microsecond=0), after)


def _code(fault: Exception) -> str:
    response = getattr(fault, "response", None)
    code = response.get("Error", {}).get("Code") if isinstance(response, Mapping) else None
    return str(code or type(fault).__name__)


def _region(identity: Identity) -> str:
    given = identity.environment
    return given.get("AWS_REGION") or given.get("AWS_DEFAULT_REGION") or "us-east-1"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
