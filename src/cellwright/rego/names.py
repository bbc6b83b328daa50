"""What names in Rego modules stand for: packages, their rules and functions, imports."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cellwright.rego.syntax import Path, Tree, node, nodes, path, text

_JUDGING = re.compile(r"(?:deny|violation|warn)(?:_\w*)?")
_ALMOST_JUDGING = re.compile(r"(?:deny|violation|warn)(?:_\w*)?", re.IGNORECASE)

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's head."""

    kind: str
    """`Compr`, `Set`, `Func` or `Default`."""
    path: Path
    arguments: int
    head: Tree

    @property
    def name(self) -> str:
        """The first name of the rule within its package."""
        return self.path.names[0]

    @property
    def judges(self) -> bool:
        """Tell whether it is asked about plans, by conftest's convention."""
        return _JUDGING.fullmatch(self.name) is not None

    @property
    def nearly_judges(self) -> bool:
        """Tell whether it is called like one that is asked, but in capitals."""
        return not self.judges and _ALMOST_JUDGING.fullmatch(self.name) is not None


@dataclass(frozen=True, slots=True)
class Syntax:
    """A module's syntax tree, with what its names mean."""

    file: str
    source: bytes
    package: Names
    rules: tuple[Rule, ...]
    imports: Mapping[str, Names]
    """By the name within the module: what is imported."""
    tree: Tree
    nodes: tuple[tuple[str, Tree], ...]
    """All of its rules' nodes, each with its kind."""

    @property
    def names(self) -> frozenset[str]:
        """The first names of its rules."""
        return frozenset(rule.name for rule in self.rules)

    @property
    def is_test(self) -> bool:
        """Tell whether it holds tests only."""
        return self.file.lower().endswith("_test.rego")

    def full(self, names: Names) -> Names:
        """Replace a name that an import brings by what it stands for."""
        return (*self.imports[names[0]], *names[1:]) if names and names[0] in self.imports else names


@dataclass(frozen=True, slots=True)
class Known:
    """All packages, rules and functions of modules that are used together."""

    rules: frozenset[Names]
    above: frozenset[Names]
    """What packages and rules lie in: all that their names begin with, and the packages themselves."""
    functions: Mapping[Names, frozenset[int]]
    """By full name: the numbers of arguments that its definitions take."""

    def leads_somewhere(self, names: Names) -> bool:
        """Tell whether `data.a.b.c` is a package, a rule, or something in a rule; or above one of these."""
        inside = names[1:]
        if any(inside[:length] in self.rules for length in range(1, len(inside) + 1)):
            return True
        return inside in self.above


def read_syntax(source: str, policy: Mapping[str, Any]) -> Syntax:
    """Read one policy of the evaluator's `get_ast_as_json`; its positions count bytes of `source`."""
    tree = policy["ast"]
    content = source.encode()
    package = path(tree["package"]["refr"])
    found = tuple(nodes(tree["rules"]))
    locals_ = frozenset(_declared(found, content))
    imports = dict(_imports(tree["imports"], content))
    return Syntax(
        file=policy["source"]["file"],
        source=content,
        package=package.names if package is not None else (),
        rules=tuple(map(_rule, tree["rules"])),
        imports={name: names for name, names in imports.items() if name not in locals_},
        tree=tree,
        nodes=found,
    )


def known_names(modules: Sequence[Syntax]) -> Known:
    """Collect what modules define."""
    functions: defaultdict[Names, set[int]] = defaultdict(set)
    rules: set[Names] = set()
    for module in modules:
        for rule in module.rules:
            full = (*module.package, *rule.path.names)
            rules.add(full)
            if rule.arguments:
                functions[full].add(rule.arguments)
    whole = {*(module.package for module in modules), *rules}
    return Known(
        frozenset(rules),
        frozenset(names[:length] for names in whole for length in range(1, len(names) + 1)),
        {name: frozenset(numbers) for name, numbers in functions.items()},
    )


def _rule(item: Mapping[str, Any]) -> Rule:
    kind, content = node(item)
    if kind == "Spec":
        kind, content = node(content["head"])
    found = path(content["refr"])
    if found is None:
        raise ValueError("a rule without a name")
    arguments = len(content.get("args") or ()) if kind in {"Func", "Default"} else 0
    return Rule(kind, found, arguments, content)


def _imports(items: Iterable[Tree], source: bytes) -> Iterator[tuple[str, Names]]:
    for item in items:
        found = path(item["refr"])
        if found is None or found.names[0] not in {"data", "input"}:
            continue
        alias = text(source, item["as"]) if item.get("as") else found.names[-1]
        yield alias, found.names


def _declared(found: Iterable[tuple[str, Tree]], source: bytes) -> Iterator[str]:
    """Yield the names of variables: where one is called like an import, it hides the import."""
    for kind, content in found:
        if kind == "SomeVars":
            yield from (text(source, span) for span in content["vars"])
        elif kind in {"SomeIn", "Every"}:
            yield from _variables([content.get("key"), content["value"]], source)
        elif kind == "AssignExpr" and content["op"] == "ColEq":
            yield from _variables(content["lhs"], source)
        elif kind in {"Func", "Default"}:
            yield from _variables(content["args"], source)


def _variables(tree: object, source: bytes) -> Iterator[str]:
    if isinstance(tree, dict) and "start" in tree:
        yield text(source, tree)
        return
    if isinstance(tree, list):
        for item in tree:
            yield from _variables(item, source)
        return
    yield from (content["value"] for kind, content in nodes(tree) if kind == "Var")
