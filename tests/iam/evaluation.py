"""Whether AWS would allow a request: the logic of evaluation within one account and organisation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from iam.conditions import hold
from iam.patterns import Context, filled_in, matches, matches_arn
from iam.policy import Policy, Statement


class Effect(Enum):
    """What comes out."""

    ALLOWED = "allowed"
    DENIED = "denied by a statement"
    NOT_ALLOWED = "allowed by no statement"


@dataclass(frozen=True, slots=True)
class Request:
    """One action on one resource."""

    action: str
    resource: str = "*"
    """Its ARN; `*` where the action knows no resource, which only `Resource: *` matches."""
    context: Context = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What comes out, and what decided."""

    effect: Effect
    by: str
    """The statement that denied or allowed, or the kind of policy that did not allow."""

    def __bool__(self) -> bool:
        """Whether it is allowed."""
        return self.effect is Effect.ALLOWED


@dataclass(frozen=True, slots=True)
class Identity:
    """A role: what it is allowed, and what limits it."""

    policies: tuple[Policy, ...]
    boundary: Policy | None = None
    controls: tuple[tuple[Policy, ...], ...] = ()
    """Service control policies, for each level from the root to the account: each level has to allow."""
    tags: Mapping[str, str] = field(default_factory=dict)
    arn: str = "arn:aws:iam::111122223333:role/somebody"

    def may(self, request: Request, guards: Sequence[Policy] = ()) -> Decision:
        """Decide; `guards` are policies of the resource: here they only deny."""
        context = {
            **{f"aws:PrincipalTag/{key}": value for key, value in self.tags.items()},
            **request.context,
        }
        asked = Request(request.action, request.resource, {"aws:PrincipalArn": self.arn, **context})
        limits = [("the identity", self.policies), *self._limits()]
        everything = [policy for _, policies in limits for policy in policies]
        denied = _first("Deny", [*everything, *guards], asked)
        if denied is not None:
            return Decision(Effect.DENIED, denied.sid)
        allowing = ""
        for name, policies in limits:
            found = _first("Allow", policies, asked)
            if found is None:
                return Decision(Effect.NOT_ALLOWED, name)
            allowing = allowing or found.sid
        return Decision(Effect.ALLOWED, allowing)

    def _limits(self) -> list[tuple[str, tuple[Policy, ...]]]:
        boundary = [("the boundary", (self.boundary,))] if self.boundary is not None else []
        return [*boundary, *(("the organisation", level) for level in self.controls)]


def trusts(trust: Policy, principal: Mapping[str, str], context: Context) -> bool:
    """Whether a role's trust policy lets a principal take the role: `{"AWS": arn}`, `{"Service": name}`."""
    request = Request("sts:AssumeRole", "*", context)
    hits = [item for item in trust.statements if _is_of(item.principals, principal) and _about(item, request)]
    return any(item.effect == "Allow" for item in hits) and all(item.effect == "Allow" for item in hits)


def _is_of(principals: Mapping[str, tuple[str, ...]], principal: Mapping[str, str]) -> bool:
    return any(
        name in {"*", given} or (name.endswith(":root") and given.split(":")[4:5] == name.split(":")[4:5])
        for kind, given in principal.items()
        for name in principals.get(kind, ())
    )


def _first(effect: str, policies: Iterable[Policy], request: Request) -> Statement | None:
    return next(
        (
            statement
            for policy in policies
            for statement in policy.statements
            if statement.effect == effect and _about(statement, request)
        ),
        None,
    )


def _about(statement: Statement, request: Request) -> bool:
    named = any(matches(item, request.action, any_case=True) for item in statement.actions)
    excepted = any(matches(item, request.action, any_case=True) for item in statement.excepted_actions)
    return (
        (named or (bool(statement.excepted_actions) and not excepted))
        and _on(statement, request)
        and hold(statement.conditions, request.context)
    )


def _on(statement: Statement, request: Request) -> bool:
    if not statement.resources and not statement.excepted_resources:
        return True  # a trust policy: it lies on the role itself
    if statement.excepted_resources:
        return not any(_is(item, request) for item in statement.excepted_resources)
    return any(_is(item, request) for item in statement.resources)


def _is(pattern: str, request: Request) -> bool:
    filled = filled_in(pattern, request.context)
    return filled is not None and (filled == "*" or matches_arn(filled, request.resource))
