"""A dataclass decorator that leaves the methods to be written until they are called.

The standard library writes and compiles six functions for each frozen dataclass when its module is imported.
A command imports hundreds of such classes and makes instances of a part of them. Here a class is declared
with stubs. A stub, when it is called, has its method written, puts it in its own place and calls it; from
then on the class is as the standard library would have made it from the start.
"""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

_Decorator = Callable[[type], type]


def lazy_dataclass(
    *, frozen: bool = False, slots: bool = False, kw_only: bool = False, eq: bool = True, order: bool = False
) -> _Decorator:
    """Declare a dataclass; one that isn't frozen, or compares otherwise, is written at once."""
    if not frozen or order or not eq:
        return dataclasses.dataclass(frozen=frozen, slots=slots, kw_only=kw_only, eq=eq, order=order)
    bare = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)

    def declare(cls: type) -> type:
        made: type = bare(cls)
        _add(made, _stubs(made))
        _add(made, _refusals(made))
        if "__slots__" in made.__dict__:
            # Without them, `copy` and `pickle` would set attributes one by one.
            _add(made, {"__getstate__": _state, "__setstate__": _set_state})
        return made

    return declare


def _add(cls: type, methods: dict[str, Callable[..., Any]]) -> None:
    for name, method in methods.items():
        if name not in cls.__dict__:
            setattr(cls, name, method)


def _stubs(cls: type) -> dict[str, Callable[..., Any]]:
    def construct(self: object, *given: object, **named: object) -> None:
        _put(cls, "__init__", _constructor(cls))(self, *given, **named)

    def show(self: object) -> Any:  # noqa: ANN401  what the written method returns, here and below
        return _put(cls, "__repr__", _method(cls, "__repr__", repr=True))(self)

    def equal(self: object, other: object) -> Any:  # noqa: ANN401
        return _put(cls, "__eq__", _method(cls, "__eq__", eq=True))(self, other)

    def digest(self: object) -> Any:  # noqa: ANN401
        return _put(cls, "__hash__", _method(cls, "__hash__", eq=True, unsafe_hash=True))(self)

    return {"__init__": construct, "__repr__": show, "__eq__": equal, "__hash__": digest}


def _put(cls: type, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """Let a written method take the place of its stub."""
    method.__qualname__ = f"{cls.__qualname__}.{name}"
    setattr(cls, name, method)
    return method


def _method(cls: type, name: str, **wanted: bool) -> Callable[..., Any]:
    """Have the standard library write a method, in a class with the same fields."""
    options: dict[str, Any] = {"init": False, "repr": False, "eq": False, **wanted}
    parts = [(field.name, field.type, field) for field in dataclasses.fields(cls)]
    method: Callable[..., Any] = dataclasses.make_dataclass(cls.__name__, parts, **options).__dict__[name]
    return method


def _constructor(cls: type) -> Callable[..., None]:
    """Write `__init__` alone; the standard library compiles two more functions with a frozen one."""
    given, named, body = ["self"], ["*"], ["pass"]
    scope: dict[str, Any] = {"_set": object.__setattr__, "_unset": dataclasses.MISSING}
    for place, field in enumerate(dataclasses.fields(cls)):
        parameter, value = field.name, field.name
        if field.default is not dataclasses.MISSING:
            scope[f"_default{place}"] = field.default
            parameter, value = f"{field.name}=_default{place}", value if field.init else f"_default{place}"
        elif field.default_factory is not dataclasses.MISSING:
            scope[f"_make{place}"] = field.default_factory
            made = f"_make{place}()"
            parameter = f"{field.name}=_unset"
            value = f"{made} if {field.name} is _unset else {field.name}" if field.init else made
        elif not field.init:
            continue
        if field.init:
            (named if field.kw_only else given).append(parameter)
        body.append(f"_set(self, {field.name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    parameters = ", ".join(given + (named if len(named) > 1 else []))
    source = f"def __init__({parameters}):\n " + "\n ".join(body)
    exec(source, scope)  # noqa: S102  the standard library does so
    written: Callable[..., None] = scope["__init__"]
    return written


def _refusals(cls: Any) -> dict[str, Callable[..., Any]]:  # noqa: ANN401  mypy knows no bare dataclass
    """What makes instances frozen; the same for every class, so nothing is compiled."""

    def set_attribute(self: object, name: str, value: object) -> None:
        if type(self) is cls or name in cls.__dataclass_fields__:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def delete_attribute(self: object, name: str) -> None:
        if type(self) is cls or name in cls.__dataclass_fields__:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    return {"__setattr__": set_attribute, "__delattr__": delete_attribute}


def _state(self: Any) -> list[object]:  # noqa: ANN401  an instance of any dataclass
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _set_state(self: Any, state: list[object]) -> None:  # noqa: ANN401  an instance of any dataclass
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)


if TYPE_CHECKING:
    # The same to whoever uses it, and known to the type checker.
    from dataclasses import dataclass
else:
    dataclass = lazy_dataclass

__all__ = ["dataclass", "lazy_dataclass"]
