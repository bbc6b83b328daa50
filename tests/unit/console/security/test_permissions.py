"""Every address of the console and the API, and what whoever asks for it must be allowed: `routes.txt`.

Each line has the method, the address, whether one must be signed in, and the permissions that are demanded:
for the whole `fleet`, for a `cell`, or `somewhere`; `giving` is to manage people where that role holds. It is
read from the code of the endpoint and of what it calls. A line that changes changes what people may do:
look at it, then change the table.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from cellwright.access.roles import Permission
from cellwright.console import pages, rest
from cellwright.console.discovery import found_in
from cellwright.console.visitor import signed_in

TABLE = Path(__file__).with_name("routes.txt")
_ROOMS = ("cellwright.console.", "cellwright.app.people.")
_NOT_FOLLOWED = ("cellwright.console.rendering",)


def lines() -> Iterator[str]:
    for package, prefix in ((pages, ""), (rest, "/api/v1")):
        for item in found_in(package):
            for route in item.router.routes:
                assert isinstance(route, APIRoute)
                for method in sorted(route.methods or ()):
                    yield " ".join([f"{method} {prefix}{route.path_format}", *_demanded(route)])


def _demanded(route: APIRoute) -> list[str]:
    who = "signed-in" if _needs(route.dependant, signed_in) else "anybody"
    endpoint = inspect.unwrap(route.endpoint)
    assert isinstance(endpoint, FunctionType)
    found: set[str] = set()
    for function in _with_what_it_calls(endpoint):
        found |= _demands(function)
    return [who, *sorted(found)]


def _needs(dependant: Dependant, wanted: Callable[..., object]) -> bool:
    return any(item.call is wanted or _needs(item, wanted) for item in dependant.dependencies)


def _with_what_it_calls(function: FunctionType) -> list[FunctionType]:
    """Give a function, and those of the console and of the use cases about people that it calls."""
    found, left = [], [function]
    while left:
        one = left.pop()
        if one not in found:
            found.append(one)
            left += _called(one)
    return found


def _called(function: FunctionType) -> Iterator[FunctionType]:
    for node in ast.walk(_tree(function)):
        called: object = None
        if isinstance(node, ast.Name):
            called = function.__globals__.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = function.__globals__.get(node.value.id)
            called = getattr(module, node.attr, None) if isinstance(module, ModuleType) else None
        if (
            isinstance(called, FunctionType)
            and called.__module__.startswith(_ROOMS)
            and not called.__module__.startswith(_NOT_FOLLOWED)
        ):
            yield called


def _demands(function: FunctionType) -> set[str]:
    """Give the permissions that calls of `demand...` name; where it is a variable, all that are named."""
    found = set()
    for node in ast.walk(_tree(function)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if not name.startswith(("demand", "_demand")):
            continue
        if name == "demand_giving":
            found.add("giving:that-role")
        named = _named(node)
        if not named and any(isinstance(item, ast.Name) and item.id == "permission" for item in node.args):
            named = _named(_tree(function))
        where = "somewhere" if "somewhere" in name else "fleet" if _is_whole(name, node) else "cell"
        found |= {f"{where}:{item}" for item in named}
    return found


def _is_whole(name: str, call: ast.Call) -> bool:
    return name == "demand" and len(call.args) == 1


def _named(tree: ast.AST) -> set[str]:
    return {
        Permission[node.attr].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Permission"
    }


@cache
def _tree(function: FunctionType) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def test_every_address_demands_what_the_table_says() -> None:
    known = set(TABLE.read_text().splitlines())
    found = set(lines())
    assert sorted(found - known) == [], "not in the table: look whether that is what it is to demand"
    assert sorted(known - found) == [], "in the table, and not so any more"
    assert len(found) > 150
