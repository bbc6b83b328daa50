import pytest

from cellwright.access.roles import Grant, GrantScope, Permission, Role, allows, allows_somewhere
from cellwright.model.address import CellAddress

ACME = CellAddress("client", "acme")
GLOBEX = CellAddress("client", "globex")


def test_nobody_may_do_anything_without_a_grant() -> None:
    assert not any(allows((), permission, ACME) for permission in Permission)


@pytest.mark.parametrize(
    ("role", "permission", "allowed"),
    [
        (Role.VIEWER, Permission.READ, True),
        (Role.VIEWER, Permission.PLAN, False),
        (Role.OPERATOR, Permission.ONBOARD, True),
        (Role.OPERATOR, Permission.APPROVE, False),
        (Role.APPROVER, Permission.APPROVE, True),
        (Role.APPROVER, Permission.APPLY, False),
        (Role.ADMIN, Permission.ADMINISTER, True),
    ],
)
def test_a_role_permits_what_it_is_for(role: Role, permission: Permission, *, allowed: bool) -> None:
    assert allows((Grant(role),), permission, ACME) is allowed


@pytest.mark.parametrize(
    "scope",
    [
        GrantScope(levels=frozenset({"client"}), cells=("client/ac*",)),
        GrantScope(cells=("client/acme",)),
        GrantScope(tags=frozenset({"eu", "gold"})),
    ],
)
def test_a_limited_grant_holds_at_its_cells_only(scope: GrantScope) -> None:
    grants = (Grant(Role.OPERATOR, scope),)
    assert allows(grants, Permission.APPLY, ACME, ["eu"])
    assert not allows(grants, Permission.APPLY, GLOBEX, ["us"])
    assert not allows(grants, Permission.APPLY), "the whole fleet is more than its cells"
    assert allows_somewhere(grants, Permission.APPLY)


def test_a_pattern_is_not_a_prefix() -> None:
    grants = (Grant(Role.VIEWER, GrantScope(cells=("client/acme",))),)
    assert not allows(grants, Permission.READ, CellAddress("client", "acme2"))
