"""The page held against judges that are not ours: a headless Chromium, axe-core, html-validate and vnu."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import itertools
import json
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from typing import NoReturn

import pytest

from cakwizard.answers import parse_answer
from cakwizard.cli import group
from cakwizard.errors import AnswerError
from cakwizard.exporting.drawing import draw
from cakwizard.exporting.html import make
from cakwizard.loading import bundled_text
from cakwizard.loading import read_tree
from cakwizard.model import ALWAYS
from cakwizard.model import DecisionTree
from cakwizard.model import Window
from cakwizard.presenting import sections
from cakwizard.presenting import verdict_json
from cakwizard.sentences import headline
from cakwizard.walking import decide
from cakwizard.walking import offered

HERE = Path(__file__).parent
JUDGES = os.environ.get("CAKWIZARD_JUDGES_DIR", "")
CHROMIUM = os.environ.get("CAKWIZARD_CHROMIUM", "/usr/bin/chromium")
TODAY = datetime.date(2026, 3, 1)
pytestmark = pytest.mark.slow

RANDOM_CASES = 2000
SHOWN = 4
"""Of so many possible outcomes of a case everything that is shown is compared."""

Answers = Mapping[str, frozenset[str]]


def no_judge(reason: str) -> NoReturn:
    """Skip, or fail where all judges must be there."""
    if os.environ.get("CAKWIZARD_JUDGES") == "1":
        pytest.fail(f"a judge is missing: {reason}")
    pytest.skip(reason)


def need(*modules: str) -> None:
    """Skip or fail unless node, Chromium and these packages are there."""
    if shutil.which("node") is None:
        no_judge("there is no node")
    for module in modules:
        if not JUDGES or not (Path(JUDGES) / "node_modules" / module).is_dir():
            no_judge(f"there is no {module} in the node_modules of CAKWIZARD_JUDGES_DIR")
    if "playwright-core" in modules and not Path(CHROMIUM).is_file():
        no_judge(f"there is no {CHROMIUM} (CAKWIZARD_CHROMIUM)")


def run_judge(script: str, job: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a script of tests/judges says of a job."""
    done = subprocess.run(
        ["node", str(HERE / "judges" / script)],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        env={**os.environ, "CAKWIZARD_CHROMIUM": CHROMIUM},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@dataclasses.dataclass(frozen=True)
class Case:
    """A tree, its file, and the page made from it."""

    tree: DecisionTree
    file: Path
    page: Path


def _text_of(name: str) -> str:
    return bundled_text()[1] if name == "bundled" else (HERE / "trees" / f"{name}.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=["hostile", "bundled"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Each tree with its page."""
    folder = tmp_path_factory.mktemp("page")
    text = _text_of("small" if request.param == "hostile" else request.param)
    if request.param == "hostile":
        text = hostile(text)
    file = folder / "tree.yaml"
    file.write_text(text, encoding="utf-8")
    tree = read_tree(text, str(file))
    page = folder / "page.html"
    page.write_bytes(make(draw(tree, "nl")))
    return Case(tree, file, page)


HOSTILE = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)> ]]> @DATA@ & &amp; \\"


def hostile(text: str) -> str:
    """Return the small tree with texts that would be markup if they could."""
    for word in ("De verzekeraar betaalt alles.", "Woont de patiënt in Nederland?", "De bladzijde", "Kleine boom"):
        assert word in text
        text = text.replace(word, json.dumps(f"{word} {HOSTILE}", ensure_ascii=False))
    text = text.replace("url: https://example.org/page", "url: 'javascript:alert(1)'")
    # Two answers that differ in nothing but how sure they are.
    return text.replace("gp: unsettled_abroad}", "gp: {to: unsettled_abroad, certainty: likely}}")


def canonical(value: object) -> str:
    """Return JSON with sorted keys, spelled as JavaScript spells it."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def told(tree: DecisionTree, one: Mapping[str, Any]) -> Any:
    """Return what Python says of a case, in the shape in which the page answers."""
    care, claim, today = (datetime.date.fromisoformat(one[key]) for key in ("care", "claim", "today"))
    language = one["language"]
    try:
        answers = {question: parse_answer(tree, question, words) for question, words in one["answers"].items()}
        verdict = decide(tree, answers, care, claim)
    except AnswerError as error:
        return {"question": error.question, "given": error.given, "offered": list(error.offered)}
    return {
        "verdict": verdict_json(verdict, language),
        "next": {
            "to_ask": list(verdict.to_ask),
            "questions_left": verdict.questions_left,
            "offered": {question: list(offered(tree, question, answers)) for question in tree.questions},
        },
        "shown": [
            {
                "headline": headline(verdict, possible, language),
                "sections": [
                    dataclasses.asdict(section)
                    for section in sections(verdict, possible, language, assumed=one["assumed"], today=today)
                ],
            }
            for possible in verdict.possible[:SHOWN]
        ],
    }


def random_cases(tree: DecisionTree, seed: int) -> Iterator[dict[str, Any]]:
    """Yield cases: answers known, open, partly open and not offered, by country too, on days near every window."""
    chance = random.Random(seed)  # noqa: S311 - the same cases on every run
    days = sorted({day for route in tree.routes() for day in (route.window.start, route.window.end) if day})
    days += [TODAY, datetime.date(2024, 2, 29), datetime.date(1950, 1, 1), datetime.date(2090, 12, 31)]
    words = [
        "nl",
        "Polen",
        "poland",
        "OEKRAÏNE",
        "ua",
        "Curaçao",
        "Turkije",
        "zw",
        "Ivory Coast",
        "guinee bissau",
        "atlantis",
    ]
    while True:
        answers: dict[str, list[str]] = {}
        walked = chance.random() < 0.8
        questions = list(tree.questions)
        chance.shuffle(questions)
        for question in questions:
            options = list(tree.questions[question].options)
            if chance.random() < (0.35 if walked else 0.5):
                continue
            if chance.random() < 0.2:
                answers[question] = ["unknown"]
            elif tree.questions[question].countries is not None and chance.random() < 0.3:
                answers[question] = [chance.choice(words[:-1] if chance.random() < 0.95 else words)]
            else:
                answers[question] = chance.sample(options, chance.choice([1, 1, 1, min(2, len(options))]))
        care = chance.choice(days) + datetime.timedelta(days=chance.choice([-400, -1, 0, 0, 1, 31]))
        claim = care + datetime.timedelta(days=chance.choice([0, 1, 200, 365, 366, 5000]))
        today = chance.choice([TODAY, datetime.date(2027, 3, 15), datetime.date(2029, 1, 1)])
        dates = {"care": care.isoformat(), "claim": claim.isoformat(), "today": today.isoformat()}
        if walked:
            # Answers that are nowhere offered would stop most cases: keep those that some path asks so.
            answers = _mended(tree, answers, care, claim)
        yield {"answers": answers, **dates, "language": chance.choice(["nl", "en"]), "assumed": chance.random() < 0.5}


def _mended(
    tree: DecisionTree, answers: dict[str, list[str]], care: datetime.date, claim: datetime.date
) -> dict[str, list[str]]:
    while True:
        try:
            parsed = {question: parse_answer(tree, question, words) for question, words in answers.items()}
            decide(tree, parsed, care, claim)
        except AnswerError as error:
            answers = {question: words for question, words in answers.items() if question != error.question}
        else:
            return answers


def walks_to_every_outcome(tree: DecisionTree) -> Iterator[tuple[str, datetime.date, dict[str, frozenset[str]]]]:
    """Yield for each outcome a day and the answers of the conversation that ends there."""
    found: dict[str, tuple[Window, dict[str, str]]] = {}
    paths: list[tuple[str, Window, dict[str, str]]] = [(tree.start, ALWAYS, {})]
    for key, window, steps in paths:
        for route in tree.routes(key):
            if (during := window & route.window) is None:
                continue
            further = {**steps, tree.nodes[key].question: route.option}
            if route.target in tree.nodes:
                paths.append((route.target, during, further))
            elif route.target not in found:
                found[route.target] = (during, further)
    for outcome, (window, steps) in found.items():
        day = TODAY
        if window.end and day > window.end:
            day = window.end
        elif window.start and day < window.start:
            day = window.start
        yield (
            outcome,
            day,
            conversation(tree, day, {question: frozenset({option}) for question, option in steps.items()}),
        )


def conversation(tree: DecisionTree, day: datetime.date, known: Answers) -> dict[str, frozenset[str]]:
    """Return the answers in the order in which they are asked; what is not known stays open."""
    answers: dict[str, frozenset[str]] = {}
    while (question := decide(tree, answers, day, max(day, TODAY)).next_question) is not None:
        answers[question] = known.get(question, frozenset(tree.questions[question].options))
    return answers


def as_job(case: Case, walks: list[tuple[datetime.date, dict[str, frozenset[str]]]]) -> dict[str, Any]:
    """Return the walks as the judge takes them."""
    return {
        "html": str(case.page),
        "today": TODAY.isoformat(),
        "walks": [
            {"care": day.isoformat(), "answers": [[question, sorted(options)] for question, options in answers.items()]}
            for day, answers in walks
        ],
    }


def walk_json(
    case: Case,
    day: datetime.date,
    answers: Answers,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Any:
    """Return what `cakwizard walk --json` says."""
    monkeypatch.setenv("CAKWIZARD_TODAY", TODAY.isoformat())
    # Loading the same file again for every outcome would take longer than all else here.
    monkeypatch.setattr("cakwizard.cli.common.the_tree", lambda _: case.tree)
    arguments = ["walk", "--tree", str(case.file), "--json", "--lang", "nl", "--date", day.isoformat()]
    for question, options in answers.items():
        arguments += ["--set", f"{question}={','.join(sorted(options))}"]
    group.main(arguments, standalone_mode=False)
    return json.loads(capsys.readouterr().out)


def test_the_page_decides_and_says_what_the_program_does(case: Case) -> None:
    """For 2,000 sets of answers and dates the page gives the same verdict, questions, sections and refusals."""
    need("playwright-core")
    count = RANDOM_CASES if len(case.tree.nodes) > 10 else RANDOM_CASES // 4
    cases = list(itertools.islice(random_cases(case.tree, seed=20260301), count))
    expected = [told(case.tree, one) for one in cases]
    for one, answer in zip(cases, expected, strict=True):
        one["sha256"] = hashlib.sha256(canonical(answer).encode()).hexdigest()
    found = run_judge("page_decide.mjs", {"html": str(case.page), "cases": cases, "shown": SHOWN})
    assert found["result"]["asked"] == count
    differing = found["result"]["differing"]
    for one in differing[:1]:
        assert one["got"] == json.loads(canonical(expected[one["number"]])), cases[one["number"]]
    assert not differing
    kinds = {answer["verdict"]["status"] if "verdict" in answer else "refused" for answer in expected}
    assert {"decided", "open", "refused"} <= kinds


def test_the_keyboard_reaches_every_outcome(
    case: Case, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With real key presses the page walks to every outcome of the tree and gives the JSON of `walk` for it."""
    need("playwright-core")
    walks = list(walks_to_every_outcome(case.tree))
    assert {outcome for outcome, _, _ in walks} == set(case.tree.outcomes)
    found = run_judge("page_walk.mjs", as_job(case, [(day, answers) for _, day, answers in walks]))
    assert found["faults"] == []
    for (outcome, day, answers), walked in zip(walks, found["result"], strict=True):
        assert walked["verdict"] == walk_json(case, day, answers, monkeypatch, capsys)
        assert walked["verdict"]["outcome"]["id"] == outcome
        shown = decide(case.tree, answers, day, max(day, TODAY)).possible[0].outcome
        assert walked["heading"].startswith(case.tree.schemes[shown.scheme].name["nl"])
        assert walked["status"] == "Klaar. Hier staat de uitkomst."
        assert walked["asked"] == [" ".join(case.tree.questions[one].text["nl"].split()) for one in answers]


def test_the_keyboard_leaves_answers_open(
    case: Case, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Answers of "I do not know", and options ruled out with the keyboard, give what `walk` gives for them."""
    need("playwright-core")
    chance = random.Random(5)  # noqa: S311 - the same walks on every run
    walks = [(TODAY, conversation(case.tree, TODAY, {}))]
    for _, day, known in list(walks_to_every_outcome(case.tree))[::4]:
        opened: dict[str, frozenset[str]] = {}
        for question, options in known.items():
            others = sorted(set(offered(case.tree, question, known)) - options)
            chosen = chance.sample(others, min(len(others), chance.choice([0, 1, 1])))
            opened[question] = options | frozenset(chosen)
        walks.append((day, conversation(case.tree, day, opened)))
    found = run_judge("page_walk.mjs", as_job(case, walks))
    for (day, answers), walked in zip(walks, found["result"], strict=True):
        assert walked["verdict"] == walk_json(case, day, answers, monkeypatch, capsys)


@pytest.fixture(scope="module")
def states(case: Case) -> dict[str, Any]:
    """What axe-core says of each state of the page, and what the page asked of any network meanwhile."""
    need("playwright-core", "axe-core")
    _, day, answers = max(walks_to_every_outcome(case.tree), key=lambda one: len(one[2]))
    (walk,) = as_job(case, [(day, answers)])["walks"]
    # The outline of a large tree holds axe up for half a minute, and is made like that of a small one.
    whole = len(case.tree.nodes) < 10
    return run_judge("page_axe.mjs", {"html": str(case.page), "today": TODAY.isoformat(), "whole": whole, **walk})


def test_the_page_asks_nothing_of_any_network(case: Case, states: dict[str, Any]) -> None:
    """Loading the page and walking through it makes no request but for the file itself."""
    assert {url for url in states["requests"] if not url.startswith("data:")} == {case.page.as_uri()}
    assert states["faults"] == []


def test_axe_finds_no_fault_in_any_state(states: dict[str, Any]) -> None:
    """Start, fault, question, outcome and open outcomes pass axe-core in both languages, light, dark, at 320 px."""
    found = states["result"]
    assert len(found) >= 9
    assert {one["language"] for one in found} == {"nl", "en"}
    assert [(one["state"], one["violations"]) for one in found if one["violations"]] == []
    assert [one["state"] for one in found if one["wide"] > 0] == []
    assert min(one["rules"] for one in found) > 15


def test_html_validate_finds_no_fault(case: Case) -> None:
    """The page passes html-validate with its recommended rules, but for what only a matter of taste."""
    need("html-validate")
    config = case.page.parent / ".htmlvalidate.json"
    config.write_text(json.dumps(HTML_VALIDATE), encoding="utf-8")
    tool = Path(JUDGES) / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
    done = subprocess.run(
        ["node", str(tool), "--config", str(config), str(case.page)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


HTML_VALIDATE = {"extends": ["html-validate:recommended"], "root": True, "rules": {"long-title": "off"}}


def test_vnu_finds_no_fault(case: Case) -> None:
    """The page is valid HTML to the checker of the W3C."""
    need("vnu-jar")
    if shutil.which("java") is None:
        no_judge("there is no java")
    jar = Path(JUDGES) / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    done = subprocess.run(
        ["java", "-jar", str(jar), "--errors-only", str(case.page)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_page_can_be_used_as_people_do(tmp_path: Path) -> None:
    """Faults, countries, back, change, another date and another language do what they say and lose no answer."""
    need("playwright-core")
    tree = read_tree(_text_of("small"), "small.yaml")
    page = tmp_path / "page.html"
    page.write_bytes(make(draw(tree, "nl")))
    job = {
        "html": str(page),
        "today": TODAY.isoformat(),
        "preset": "gp",
        "before": ["yes"],
        "several": "Oekraïne",
        "wrong": "dutch",
        "country": "Ghana",
        "after": ["other", "yes"],
        "changing": "Welke nationaliteit heeft zij?",
        "changed": "europe",
    }
    ran = run_judge("page_use.mjs", job)
    found = ran["result"]
    assert found["no date"]["fault"] == "Vul een hele datum in: dag, maand en jaar."
    assert found["no date"]["focus"] == "INPUT"
    assert found["first question"]["heading"] == "Woont de patiënt in Nederland?"
    assert found["first question"]["options"] == ["yes", "no", "unknown"]
    assert found["first question"]["focus"] == "H2"
    assert found["nothing chosen"]["fault"] == "Kies een antwoord. Weet u het niet? Kies dan 'Weet ik niet'."
    assert found["no such country"]["fault"].startswith("'Atlantis' is geen land dat dit programma kent.")
    assert found["country that fits several"]["options"] == ["fled", "other", "unknown"]
    assert found["country that fits several"]["fault"].startswith("Bij 'Oekraïne' passen deze antwoorden.")
    assert found["back from several"]["options"] == ["dutch", "europe", "fled", "other", "unknown"]
    assert found["country instead of an answer"]["chosen"] is None
    given = {"provider": "gp", "resident": "yes", "nationality": "other"}
    assert found["after the country"]["heading"] == "Gaat het om een zwangerschap?"
    assert found["after the country"]["answers"] == given
    assert found["back"]["answers"] == {"provider": "gp", "resident": "yes"}
    assert found["in English"]["heading"] == "What is her nationality?"
    assert found["outcome"]["heading"] == "Regeling A: Regeling A: 100%"
    assert found["outcome"]["answers"] == {**given, "pregnant": "yes"}
    assert found["change"]["heading"] == "Welke nationaliteit heeft zij?"
    assert found["change"]["chosen"] == "other"
    assert found["changed"]["heading"].startswith("Zorgverzekeraar")
    assert found["changed"]["answers"] == {"provider": "gp", "resident": "yes", "nationality": "europe"}
    assert found["other date"]["care"] == "2005-01-01"
    assert found["all ruled out"]["fault"] == "Laat ten minste één vinkje staan."
    assert found["start again"]["answers"] == {}
    assert found["start again"]["care"] == TODAY.isoformat()
    assert found["card"]["sheets"] == 1
    for word in ("Huisarts", f"sha256 {tree.sha256[:12]}", "8 januari 2026", "uitgave 1"):
        assert word in found["card"]["text"]
    assert found["kept"] == ["", 0, 0]
    assert found["fetch"] == "TypeError"
    assert ran["requests"] == [page.as_uri()]


def test_without_javascript_outline_and_picture_are_seen(case: Case) -> None:
    """With scripts switched off the page shows every question, every outcome and the picture, and says why no more."""
    need("playwright-core")
    found = run_judge("page_plain.mjs", {"html": str(case.page)})["result"]
    assert (found["conversation"], found["card"], found["note"]) == (False, False, True)
    assert len(found["outline"]) == 2 * (len(case.tree.nodes) + len(case.tree.outcomes))
    assert found["pictures"] == [True, True]
