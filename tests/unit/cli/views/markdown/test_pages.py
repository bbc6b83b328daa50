"""Whatever a plan or a finding holds, the page stays within a comment and shows it as text."""

from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cellwright.app.runs.report import RunReport
from cellwright.cli.views.markdown.escaping import code, fenced, prose
from cellwright.cli.views.markdown.findings import findings
from cellwright.cli.views.markdown.page import LONGEST, length
from cellwright.cli.views.markdown.plans import plan_page
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import error, warning
from cellwright.model.position import Position
from cellwright.model.runs.plan import Action, AttributeChange, PlanSummary, ResourceChange, ResourceCounts
from cellwright.model.runs.run import Outcome, UnitResult
from golden.cli import samples

GITHUB = 65_536
OURS = frozenset(
    {"h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "ul", "li"}
    | {"details", "summary", "strong"}
)

HOSTILE = (
    "@ada please merge",
    "fixes #12 and owner/repo#3, !7, ~label, %m, $s",
    "</code></summary></details><img src=x onerror=alert(1)>",
    "``` \n```\n</details>\n# heading\n@ada",
    "| cell | [link](https://evil.example) ![](https://evil.example/x.png) **bold** _it_ ~~no~~",
    "https://evil.example www.evil.example mailto:ada@evil.example",
    "&lt;b&gt; &#64;ada :tada: <!-- -->",
    "\u202edesrever\u200b\x1b[2J",
    "/close\n/merge",
)


class Seen(HTMLParser):
    """What a browser is given: elements, and the text outside code, where references are looked for."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.within: list[str] = []
        self.plain = ""
        self.code = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.within.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"code", "pre"} & set(self.within):
            self.code += data
        else:
            self.plain += data


def rendered(text: str) -> Seen:
    seen = Seen()
    seen.feed(MarkdownIt("gfm-like", {"linkify": False}).enable("table").render(text))
    assert not seen.within
    return seen


def plan(text: str, action: Action = Action.UPDATE) -> PlanSummary:
    change = ResourceChange(text, action, (AttributeChange(text, text, f"{text}!"),))
    return PlanSummary(ResourceCounts(change=1), (change,), (text,), applyable=True, taken_from=text)


def report(found: dict[UnitAddress, PlanSummary], *more: UnitResult) -> RunReport:
    run = replace(samples.PLANNED.run, id="R1")
    return RunReport(run, tuple(UnitResult(address, Outcome.PLANNED) for address in found) + more, found)


def pages(text: str) -> Iterator[str]:
    units = [UnitAddress("client", f"c{number}", "app") for number in range(3)]
    found = error(text, f"{text}\n{text}", Position(text.replace("\n", " "), 1, 2))
    failed = UnitResult(units[1], Outcome.FAILED, diagnostics=(found,))
    warned = UnitResult(units[2], Outcome.PLANNED, diagnostics=(warning(text, text),))
    for action in (Action.UPDATE, Action.CREATE, Action.DELETE, Action.REPLACE):
        yield plan_page(report({units[0]: plan(text, action)}, failed, warned))
    yield findings([found, warning(text)])


def check_page(page: str) -> Seen:
    seen = rendered(page)
    assert seen.elements <= OURS
    assert seen.attributes <= {"open", "class"}
    assert "@ada" not in seen.plain
    assert "#12" not in seen.plain
    assert "://" not in seen.plain
    assert "www.e" not in seen.plain
    return seen


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_stays_text(text: str) -> None:
    for page in pages(text):
        check_page(page)


@given(st.text(alphabet="@#`<>|[]()*_~!\n\r &;:/\\-adw1.\u202e'\"", max_size=60))
def test_any_text_stays_text(text: str) -> None:
    for page in pages(text):
        seen = rendered(page)
        assert seen.elements <= OURS
        assert seen.attributes <= {"open", "class"}


@pytest.mark.parametrize("write", [prose, code])
def test_what_is_read_is_what_was_written(write: type[str]) -> None:
    text = "a_b*c [x] | <y> & 'z' \"q\" `k` \\n @ada #1"
    seen = rendered(write(text))
    assert (seen.plain + seen.code).replace("\u2060", "").strip() == text


def test_a_fence_is_longer_than_any_within() -> None:
    assert fenced(["````"]).startswith("`````\n")


def test_no_line_of_a_listing_is_taken_for_a_command() -> None:
    # GitLab carries out lines that begin with a slash.
    for page in pages("/close\n/merge"):
        assert not [line for line in page.splitlines() if line.lstrip().startswith("/")]


def test_a_plan_of_many_is_cut_and_says_how_to_see_the_rest() -> None:
    found = {
        UnitAddress("client", f"c{number:05}", "app"): plan(f"aws_x.y{number}" * 9) for number in range(5_000)
    }
    page = plan_page(report(found))
    assert length(page) <= LONGEST < GITHUB
    assert length(page) > LONGEST - 3_000
    assert "`cellwright plan client/c00000/app`" in page
    assert "of 5,000 parts did not fit" in page
    check_page(page)


def test_one_long_plan_is_cut_within() -> None:
    changes = tuple(
        ResourceChange(f"aws_x.y{number}", Action.UPDATE, (AttributeChange("a", "1" * 300, "2" * 300),))
        for number in range(2_000)
    )
    one = PlanSummary(ResourceCounts(change=2_000), changes, (), applyable=True)
    page = plan_page(report({UnitAddress("client", "acme", "app"): one}))
    assert length(page) <= LONGEST
    assert "more lines" in page
    assert "1 of 1 part did not fit" in page
    check_page(page)


def test_characters_outside_the_basic_plane_count_twice() -> None:
    one = plan("\N{ROCKET}" * 60_000)
    assert length(plan_page(report({UnitAddress("client", "acme", "app"): one}))) <= LONGEST


def test_a_line_too_long_for_any_comment_is_left_out_and_told() -> None:
    page = plan_page(report({UnitAddress("client", "acme", "app"): plan("x" * 70_000)}))
    assert length(page) <= LONGEST
    assert "did not fit" in page


def test_many_findings_are_counted() -> None:
    page = findings(
        [error("bad " * 20, "do " * 20, Position("clients/acme.yaml", line)) for line in range(3_000)]
    )
    assert length(page) <= LONGEST
    assert "more findings." in page


def test_equal_plans_share_a_part_and_every_unit_is_named() -> None:
    units = [UnitAddress("client", f"c{number}", "app") for number in range(5)]
    page = plan_page(report(dict.fromkeys(units, plan("aws_x.y"))))
    assert page.count("<details") == 1
    for unit in units:
        assert code(str(unit)) in page


def test_only_plans_that_are_equal_as_a_whole_share_a_part() -> None:
    one, other = (replace(plan("aws_x.y"), whole=digest) for digest in "12")
    units = UnitAddress("client", "acme", "app"), UnitAddress("client", "globex", "app")
    assert plan_page(report(dict(zip(units, (one, other), strict=True)))).count("<details") == 2
