"""A class declared lazily behaves as the standard library's, and nothing is written before it is needed."""

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from functools import cached_property
from typing import Any, TypeAlias

import pytest

from cellwright.model.lazy_dataclass import lazy_dataclass

Declared: TypeAlias = Any
"""A class; mypy does not know what these decorators make of it."""
Decorator: TypeAlias = Any
STUBS = ("__init__", "__repr__", "__hash__", "__eq__")


@dataclasses.dataclass(frozen=True, slots=True)
class Plain:
    """As the standard library makes it."""

    name: str
    sizes: tuple[int, ...] = ()
    kept: list[int] = field(default_factory=list, compare=False, repr=False)
    made: int = field(default=7, init=False)


@lazy_dataclass(frozen=True, slots=True)
class Lazy:
    """The same fields."""

    name: str
    sizes: tuple[int, ...] = ()
    kept: list[int] = field(default_factory=list, compare=False, repr=False)
    made: int = field(default=7, init=False)


BOTH = pytest.mark.parametrize("declared", [Plain, Lazy])


def fresh() -> Declared:
    @lazy_dataclass(frozen=True, slots=True)
    class Fresh:
        """Of which no method was called."""

        name: str
        size: int = 1

    return Fresh


def written(cls: Declared, stubs: Mapping[str, object]) -> set[str]:
    return {name for name in STUBS if cls.__dict__[name] is not stubs[name]}


@pytest.mark.parametrize(
    ("name", "call"), [("__repr__", repr), ("__hash__", hash), ("__eq__", lambda made: made == object())]
)
def test_a_method_is_written_when_it_is_called_and_no_sooner(
    name: str, call: Callable[[object], object]
) -> None:
    cls = fresh()
    stubs = dict(cls.__dict__)

    made = cls("a")
    assert written(cls, stubs) == {"__init__"}

    call(made)
    call(cls("b"))
    assert written(cls, stubs) == {"__init__", name}


@BOTH
def test_instances_are_made_shown_and_compared_alike(declared: Declared) -> None:
    made = declared("a", (1, 2), kept=[3])
    assert (made.name, made.sizes, made.kept, made.made) == ("a", (1, 2), [3], 7)
    assert repr(made) == f"{declared.__name__}(name='a', sizes=(1, 2), made=7)"
    assert made == declared("a", (1, 2))
    assert hash(made) == hash(declared("a", (1, 2))) == hash(("a", (1, 2), 7))
    assert made != declared("b", (1, 2))
    assert made.__eq__(("a", (1, 2))) is NotImplemented
    assert declared("a").kept is not declared("a").kept
    assert dataclasses.replace(made, name="c") == declared("c", (1, 2))
    assert [part.name for part in dataclasses.fields(declared)] == ["name", "sizes", "kept", "made"]
    assert declared.__match_args__ == ("name", "sizes", "kept")


@BOTH
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))])  # noqa: S301  our own bytes
def test_copies_are_equal(declared: Declared, copied: Callable[[Any], Any]) -> None:
    made = declared("a", (1, 2))
    assert copied(made) == made


@BOTH
def test_instances_are_frozen(declared: Declared) -> None:
    made = declared("a")
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'name'"):
        made.name = "b"
    with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):
        made.other = "b"  # the standard library's TypeError speaks of super()
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'name'"):
        del made.name
    assert not hasattr(made, "__dict__")


@BOTH
def test_wrong_arguments_are_named(declared: Declared) -> None:
    with pytest.raises(TypeError, match=rf"^{declared.__name__}.__init__\(\) missing 1 required .*'name'"):
        declared()
    with pytest.raises(TypeError, match="unexpected keyword argument 'made'"):
        declared("a", made=1)


def test_a_constructor_takes_what_the_standard_librarys_takes() -> None:
    def declare(decorator: Decorator) -> Declared:
        @decorator(frozen=True)
        class Mixed:
            """Every kind of field."""

            first: int
            made: list[int] = field(default_factory=list)
            named: int = field(kw_only=True)
            filled: int = field(init=False)
            counted: list[int] = field(default_factory=list, init=False)
            last: str = field(default="x", kw_only=True)

            def __post_init__(self) -> None:
                object.__setattr__(self, "filled", self.named + 1)

        return Mixed

    plain, lazy = declare(dataclasses.dataclass), declare(lazy_dataclass)
    for given in ((1,), (1, [2])):
        assert repr(lazy(*given, named=3)) == repr(plain(*given, named=3))
    parameters = [inspect.signature(cls.__init__).parameters.values() for cls in (plain, lazy)]
    plainly, lazily = ([(each.name, each.kind) for each in every] for every in parameters)
    assert plainly == lazily


@pytest.mark.parametrize("decorator", [dataclasses.dataclass, lazy_dataclass])
def test_inherited_fields_come_first_and_keywords_stay_keywords(decorator: Decorator) -> None:
    @decorator(frozen=True, slots=True, kw_only=True)
    class Above:
        """Has the fields that come first."""

        a: int = 1

    @decorator(frozen=True, slots=True, kw_only=True)
    class Below(Above):
        """Has one more."""

        b: int

    base: Declared = Above
    child: Declared = Below
    assert repr(child(b=2)).endswith("Below(a=1, b=2)")
    assert repr(base()).endswith("Above(a=1)")
    assert child(b=2) == child(a=1, b=2)
    assert base() != child(b=2)
    with pytest.raises(TypeError, match="positional"):
        child(2)


@pytest.mark.parametrize("decorator", [dataclasses.dataclass, lazy_dataclass])
def test_what_follows_construction_is_called(decorator: Decorator) -> None:
    seen = []

    @decorator(frozen=True)
    class Noting:
        """Has a __dict__, so properties can be kept in it."""

        a: int

        def __post_init__(self) -> None:
            seen.append(self.a)

        @cached_property
        def double(self) -> int:
            return self.a * 2

    noting: Declared = Noting
    assert noting(4).double == 8
    assert seen == [4]


def test_a_class_of_another_kind_is_the_standard_librarys() -> None:
    @lazy_dataclass(slots=True)
    class Changing:
        """Not frozen."""

        a: int

    @lazy_dataclass(frozen=True, slots=True, order=True)
    class Ordered:
        """Compared by its fields."""

        a: int

    changing: Declared = Changing
    made = changing(1)
    made.a = 2
    assert made == changing(2)
    assert changing.__hash__ is None
    ordered: Declared = Ordered
    assert ordered(1) < ordered(2)


def test_threads_may_make_the_first_instances_at_once() -> None:
    for _ in range(20):
        cls = fresh()
        with ThreadPoolExecutor(4) as pool:
            made = set(pool.map(cls, ["a"] * 8))
        assert made == {cls("a")}
