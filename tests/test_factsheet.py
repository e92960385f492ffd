"""The fact-check sheet: a page per outcome, with every claim, its source and a box."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from cakwizard.exporting.drawing import draw
from cakwizard.exporting.factsheet import BOX
from cakwizard.exporting.factsheet import MAX_PATHS
from cakwizard.exporting.factsheet import NEW_PAGE
from cakwizard.exporting.factsheet import factsheet
from cakwizard.exporting.paths import Paths
from cakwizard.loading import read_tree
from cakwizard.markdown import escaped
from cakwizard.model import ALWAYS
from cakwizard.model import DecisionTree
from cakwizard.model import Route
from cakwizard.wording import fill
from tests.conftest import Cakwizard

HERE = Path(__file__).parent
SMALL = (HERE / "trees" / "small.yaml").read_text(encoding="utf-8")


def pages(text: str) -> list[str]:
    """Return the pages of a sheet: what comes first, the outcomes, the rules, the sources."""
    return text.split(NEW_PAGE)


def every_path(tree: DecisionTree) -> list[tuple[Route, ...]]:
    """Return every path that holds on some day, by following every edge."""
    found: list[tuple[Route, ...]] = []

    def follow(place: str, path: tuple[Route, ...]) -> None:
        if place in tree.outcomes:
            found.append(path)
            return
        for route in tree.routes(place):
            window = ALWAYS
            for one in (*path, route):
                joined = window & one.window
                if joined is None:
                    break
                window = joined
            else:
                follow(route.target, (*path, route))

    follow(tree.start, ())
    return found


@pytest.mark.parametrize("name", ["small", "tree"])
def test_paths_are_counted_as_they_are_walked(name: str, request: pytest.FixtureRequest) -> None:
    """How many paths lead to an outcome, and through its last step, is what following every edge finds."""
    tree: DecisionTree = request.getfixturevalue(name)
    paths = Paths(draw(tree, "nl"))
    walked = every_path(tree)
    ends = Counter(path[-1].target for path in walked)
    last = Counter((path[-1].node, path[-1].key) for path in walked)
    assert {key: paths.to[key] for key in tree.outcomes} == {key: ends[key] for key in tree.outcomes}
    routes = [route for route in tree.routes() if route.target in tree.outcomes]
    assert {(route.node, route.key): paths.by[route.node, route.key] for route in routes} == {
        (route.node, route.key): last[route.node, route.key] for route in routes
    }


def test_a_few_paths_are_shown_and_the_others_counted(tree: DecisionTree) -> None:
    """The paths that are written out exist, are different, and with the rest they are all."""
    paths = Paths(draw(tree, "nl"))
    walked = set(every_path(tree))
    for outcome in tree.outcomes:
        shown = [path for path, _ in paths.first(outcome, MAX_PATHS)]
        assert len(set(shown)) == len(shown) == min(MAX_PATHS, paths.to[outcome])
        assert set(shown) <= walked


@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_outcome_has_a_page_with_all_that_it_says(tree: DecisionTree, language: str) -> None:
    """On the page of an outcome stand what it pays, all its advice, and boxes to tick and to sign."""
    drawing = draw(tree, language)
    _, *found, rules, sources = pages(factsheet(drawing))
    assert len(found) == len(tree.outcomes)
    for outcome, page in zip(tree.outcomes.values(), found, strict=True):
        said = [fill(tree.advice[key].text, language, tree.advice[key].values) for key in outcome.advice]
        values = {} if outcome.percent is None else {"percent": outcome.percent}
        for text in (*said, fill(outcome.pays, language, values), drawing.title(outcome)):
            assert escaped(text) in page
        claims = [line for line in page.splitlines() if line.startswith(f"| {BOX} |")]
        assert len(claims) >= len(said) + 2
        assert all(re.search(r"\| S\d+ \(.+\)( \||; )", line) for line in claims)
    assert rules.count(f"| {BOX} | R") == tree.graph.number_of_edges()
    assert sources.count("\n- S") == len(tree.sources)


def test_the_page_of_an_outcome() -> None:
    """A page reads as a lawyer would want it: how you get there, what it says, by what, and where to sign."""
    page = pages(factsheet(draw(read_tree(SMALL, "small.yaml"), "en")))[3]
    assert page.strip() == PAGE.strip()


PAGE = """
## Outcome 3 of 5: Scheme A: Scheme A: at most 80%

### How you get here

There are 3 ways to this outcome.

1. Does the patient live in the Netherlands? → Yes (R1); What is her nationality? → Fled (R5); \
Who gives the care? → General practitioner (R11); Is it about a pregnancy? → No (R15) (until 30 June 2022)
2. Does the patient live in the Netherlands? → Yes (R1); What is her nationality? → Other (R7); \
Who gives the care? → General practitioner (R11); Is it about a pregnancy? → No (R15) \
(1 March 2017 until 28 February 2022)
3. Does the patient live in the Netherlands? → Yes (R1); What is her nationality? → Other (R8); \
Who gives the care? → General practitioner (R11); Is it about a pregnancy? → No (R15) \
(1 March 2022 until 28 February 2027)

### What it says

| Right | Claim | Certainty | Source |
|---|---|---|---|
| ☐ | Scheme: Scheme A | settled | S1 (1 January 2026); S2 (October 2022) |
| ☐ | The desk pays at most 80%. | settled | S1 (1 January 2026); S2 (October 2022) |
| ☐ | Reimbursed: at most 80% | settled | S1 (1 January 2026); S2 (October 2022) |
| ☐ | You need a contract. | settled | S1 (1 January 2026); S2 (October 2022) |
| ☐ | Claim within 12 months after the day of care. | settled | S2 (October 2022) |
| ☐ | What to do now: Send the form of 11 May 2022. (for a claim until 29 June 2025) | settled | S2 (October 2022) |
| ☐ | What to do now: Send the form of 30 June 2025. (for a claim from 30 June 2025) | settled | S2 (October 2022) |
| ☐ | Mind: The old page said otherwise. (on some ways only) | settled | S2 (October 2022) |
| ☐ | Documents: Send a report along. (on some ways only) | settled | S2 (October 2022) |

- S1: The law (Overheid, 1 January 2026)
- S2: The page (Loket, October 2022)

### Checked

- ☐ All of it is right
- ☐ This is not right: ________________________________

| Name and position | Date | Signature |
|---|---|---|
| &nbsp; | &nbsp; | &nbsp; |
"""


def test_texts_are_never_taken_for_markdown() -> None:
    """Stars, bars and brackets in a text are shown as they stand, and no text becomes an element."""
    odd = "*a* _b_ | [c](d) <script>x</script> `e` # f"
    text = SMALL.replace("Ask the desk.", f'"{odd}"').replace("U mag", "1. U mag")
    sheet = factsheet(draw(read_tree(text, "odd.yaml"), "en"))
    shown = MarkdownIt("commonmark").enable("table").render(sheet)
    assert "<script>" not in shown
    assert "<em>a</em>" not in shown
    assert "*a* _b_ | [c](d) &lt;script&gt;x&lt;/script&gt; `e` # f" in shown


@pytest.mark.parametrize("text", ["- a", "+ a", "1. a", "12) a", "=", "# a", "a\n\nb", "a \\ b", "&amp;", "~~a~~", "5"])
def test_escaped_text_is_shown_as_it_stands(text: str) -> None:
    """Whatever a line begins with or holds, Markdown shows it and nothing else."""
    plain = " ".join(text.split()).replace("&", "&amp;")
    assert MarkdownIt("commonmark").render(escaped(text)) == f"<p>{plain}</p>\n"


def test_more_paths_than_can_be_walked() -> None:
    """Of 2^40 paths a few are written out at once and the others counted."""
    lines = SMALL[: SMALL.index("questions:")].replace("start: resident", "start: n0").replace("preset: provider\n", "")
    lines = lines.replace("longest_path: 4\n", "")
    options = (
        "{yes: {text: {nl: Ja, en: 'Yes'}, key: {nl: j, en: y}}, no: {text: {nl: Nee, en: 'No'}, key: {nl: n, en: n}}}"
    )
    questions = [f"  q{n}: {{text: {{nl: V{n}, en: Q{n}}}, options: {options}}}" for n in range(40)]
    nodes = [
        f"  n{n}: {{asks: q{n}, certainty: settled, sources: [law], to: {{yes: {to}, no: {to}}}}}"
        for n, to in itertools.zip_longest(range(40), [f"n{n}" for n in range(1, 40)], fillvalue="insurer")
    ]
    rest = SMALL[SMALL.index("outcomes:") : SMALL.index("  scheme_a_full:")] + SMALL[SMALL.index("advice:\n  ask") :]
    text = "\n".join([lines, "questions:", *questions, "nodes:", *nodes, rest])
    sheet = factsheet(draw(read_tree(text, "wide.yaml"), "en"))
    assert f"There are {2**40:,} ways to this outcome." in sheet
    assert f"There are {2**40 - MAX_PATHS:,} more ways." in sheet
    assert sheet.count(f" ({2**39:,} ways), R") == 2


def test_command_writes_the_sheet(cakwizard: Cakwizard) -> None:
    """`export factsheet` writes the sheet to standard output."""
    ran = cakwizard("export", "factsheet", "--tree", str(HERE / "trees" / "small.yaml"), "--lang", "en")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == factsheet(draw(read_tree(SMALL, "small.yaml"), "en"))
