"""How the evaluator of policies answers OPA's own conformance cases.

    python benchmarks/rego_conformance.py FOLDER [--list same|refused|different]

FOLDER holds the cases of the Rego language v1: `v1/test/cases/testdata/v1` of OPA's repository or Go module.

Each case is answered as policies are: with the checks that `check` makes, and with errors of functions as
errors. It is the same if the answer is OPA's, or an error where OPA has one. It is refused if there is an
error where OPA has an answer or says that there is none; what is refused lets nothing pass. All else is
different.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from cellwright.rego.checks import find_faults
from cellwright.rego.interpreter import PolicyFaultError, prepare_modules

SAME, REFUSED, DIFFERENT = "same", "refused", "different"
_OF_PLANS_ONLY = ("there is no package or rule", "there is no input.")
"""Checks that hold for policies on plans: a case has data and an input of its own."""


class _Loader(yaml.SafeLoader):
    """Of YAML 1.2: `on` is a text."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, expression)
        for tag, expression in found
        if tag != "tag:yaml.org,2002:bool" or first in set("tTfF")
    ]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if first != "="
}


def main() -> None:
    """Print the score by group."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", choices=(SAME, REFUSED, DIFFERENT))
    given = parser.parse_args()
    score: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for group, case in cases(given.folder):
        outcome, why = tried(case)
        score[group][outcome] += 1
        if outcome == given.list:
            print(f"{group}: {case['note']}: {why}")
    print_score(score)


def cases(folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each case, with the name of its group."""
    for path in sorted((*folder.rglob("*.yaml"), *folder.rglob("*.json"))):
        for case in yaml.load(path.read_text(), _Loader)["cases"]:  # noqa: S506  a safe one
            yield path.relative_to(folder).parts[0], case


def tried(case: Mapping[str, Any]) -> tuple[str, str]:
    """Answer a case, and compare with what OPA says."""
    fails = "want_error" in case or "want_error_code" in case
    try:
        found = answer(case)
    except RefusedError as fault:
        return (SAME if fails else REFUSED), str(fault)
    if fails:
        return DIFFERENT, f"{found}, but OPA fails"
    wanted = [plain(item) for item in case["want_result"]]
    if case.get("sort_bindings"):
        found, wanted = list(map(unordered, found)), list(map(unordered, wanted))
    same = sorted_texts(found) == sorted_texts(wanted)
    return (SAME, "") if same else (DIFFERENT, f"{found}, but OPA says {wanted}")


class RefusedError(Exception):
    """The case can't be evaluated."""


def answer(case: Mapping[str, Any]) -> list[Any]:
    """Evaluate a case.

    Raises:
        RefusedError: it can't be evaluated.
    """
    sources = [(f"{index}.rego", text) for index, text in enumerate(case.get("modules") or ())]
    try:
        check([*sources, ("query.rego", f"package query_\nanswer if {{ {case['query']} }}")])
        engine = prepare_modules(sources).engine
        if case.get("data"):
            engine.add_data_json(json.dumps(case["data"]))
        query = case["query"]
        if "input_term" in case:
            query = f"{query} with input as {case['input_term']}"
        elif "input" in case:
            engine.set_input_json(json.dumps(case["input"]))
        results = json.loads(engine.eval_query_as_json(query)).get("result", [])
    except PolicyFaultError as fault:
        raise RefusedError(str(fault)) from fault
    except RuntimeError as fault:
        raise RefusedError(str(fault).partition("\n\nStack")[0].rpartition("\n")[2]) from fault
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":
            raise
        raise RefusedError(f"the library panics: {fault}") from fault
    return [plain(result.get("bindings") or {}) for result in results]


def check(sources: Sequence[tuple[str, str]]) -> None:
    """Make the checks that `check` makes.

    Raises:
        RefusedError: there is a finding.
    """
    for fault in find_faults(prepare_modules(sources).modules):
        if not fault.text.startswith(_OF_PLANS_ONLY):
            raise RefusedError(fault.text)


def plain(value: Any) -> Any:  # noqa: ANN401  any JSON
    """Numbers without a fraction as whole ones."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    return value


def sorted_texts(values: Sequence[Any]) -> list[str]:
    """Values as JSON, sorted."""
    return sorted(json.dumps(value, sort_keys=True) for value in values)


def unordered(value: Any) -> Any:  # noqa: ANN401  any JSON
    """Lists sorted."""
    if isinstance(value, list):
        return sorted((unordered(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, dict):
        return {name: unordered(item) for name, item in value.items()}
    return value


def print_score(score: Mapping[str, Counter[str]]) -> None:
    """Print one line per group that is not all the same, then the sum."""
    print(f"{'group':40} {SAME:>9} {REFUSED:>9} {DIFFERENT:>9}")
    for group, found in sorted(score.items()):
        print(f"{group:40} {found[SAME]:9} {found[REFUSED]:9} {found[DIFFERENT]:9}")
    total: Counter[str] = sum(score.values(), Counter())
    every = f"{len(score)} groups, {total.total()} cases"
    print(f"{every:40} {total[SAME]:9} {total[REFUSED]:9} {total[DIFFERENT]:9}")


if __name__ == "__main__":
    main()
