"""The checks that hold on any day: the ways through a tree, what it claims and on what ground, its words."""

from __future__ import annotations

import datetime
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import networkx as nx

from cakwizard.deciding.countries import unaccented, words_of
from cakwizard.deciding.days import spans
from cakwizard.errors import Issue, Location, shortened
from cakwizard.tree.format import every_record
from cakwizard.tree.records import Advice, DecisionTree, Option, Outcome, Question, Route
from cakwizard.tree.values import Certainty, Text
from cakwizard.words import words

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_LONGEST_DATE = "30 september 2026"
_QUOTES = "\"'“”„‟‘’«»"
_SMALL_WORDS = {
    "nl": frozenset("de het een en van voor met zij niet geen wie wordt naar als ook bij dat deze uit zijn of".split()),
    "en": frozenset("the and to for with she not no who from if also by this these out are her or".split()),
}


def loose_ends(tree: DecisionTree) -> Iterator[Issue]:
    """CW014, CW015: every node leads somewhere, and a walk from the start can meet every node and outcome."""
    reached = {tree.start} | nx.descendants(tree.graph, tree.start)
    for kind, records in (("node", tree.nodes), ("outcome", tree.outcomes)):
        for key, record in records.items():
            if kind == "node" and tree.graph.out_degree(key) == 0:
                yield Issue(f"node '{key}' leads nowhere", record.location, "CW014")
            if key not in reached:
                yield Issue(f"no walk reaches {kind} '{key}'", record.location, "CW015")


def cycles(tree: DecisionTree) -> Iterator[Issue]:
    """CW016: no path may come back to where it was."""
    for component in nx.strongly_connected_components(tree.graph):
        first = min((tree.graph.nodes[key]["record"] for key in component), key=lambda record: record.location)
        if len(component) > 1 or tree.graph.has_edge(first.id, first.id):
            ring = [edge[0] for edge in nx.find_cycle(tree.graph.subgraph(component), first.id)]
            message = f"the tree goes round: {' -> '.join([*ring, ring[0]])}"
            yield Issue(shortened(message, 400), first.location, "CW016")


def asked_twice(tree: DecisionTree) -> Iterator[Issue]:
    """CW017: no path may meet one question twice, since an answer is kept by question."""
    asked: dict[str, set[str]] = defaultdict(set)
    for node in map(tree.nodes.__getitem__, (key for key in tree.order if key in tree.nodes)):
        if node.question in asked[node.id]:
            message = f"node '{node.id}' asks '{node.question}', which a path to it has already asked"
            yield Issue(message, node.location, "CW017")
        for target in tree.graph.successors(node.id):
            asked[target] |= asked[node.id] | {node.question}


def longest_path(tree: DecisionTree) -> Iterator[Issue]:
    """CW033: no walk asks more questions than the head of the tree allows."""
    length = nx.dag_longest_path_length(tree.graph) if tree.order else 0
    if length > (tree.longest_path or length):
        message = f"a walk asks {length} questions, where 'longest_path' allows {tree.longest_path}"
        yield Issue(message, tree.graph.nodes[tree.order[0]]["record"].location, "CW033")


def pointless(tree: DecisionTree) -> Iterator[Issue]:
    """CW046: a question is asked only where its answer makes a difference."""
    for key, node in tree.nodes.items():
        ends = defaultdict(set)
        for route in tree.routes(key):
            ends[route.option].add((route.target, route.window, route.certainty, route.advice))
        if len(set(map(frozenset, ends.values()))) == 1:
            yield Issue(f"every answer at node '{key}' leads to the same", node.location, "CW046")


def without_source(tree: DecisionTree) -> Iterator[Issue]:
    """CW034: whatever an outcome or a piece of advice states rests on a source, or is marked as our own."""
    for key, outcome in tree.outcomes.items():
        if not outcome.sources:
            message = f"outcome '{key}' states who pays without a source"
            yield Issue(message, outcome.location, "CW034", "name the source, or do not state it")
    for key, advice in tree.advice.items():
        if advice.sources and advice.ours:
            message = f"advice '{key}' is ours and has sources all the same"
            yield Issue(message, advice.location, "CW034", "take out one of the two")
        elif not advice.sources and not advice.ours:
            yield Issue(f"advice '{key}' has no source", advice.location, "CW034")


def incomplete(tree: DecisionTree) -> Iterator[Issue]:
    """CW036: an outcome under which is claimed says what to do."""
    for key, outcome in tree.outcomes.items():
        if tree.schemes[outcome.scheme].claimable and not _steps(tree, outcome):
            message = f"outcome '{key}' is claimed under '{outcome.scheme}' and has no step"
            yield Issue(message, outcome.location, "CW036")


def no_next_step(tree: DecisionTree) -> Iterator[Issue]:
    """CW040: every outcome says what to do now, on every date.

    A step is advice of a kind that is numbered; a tree without such a kind has no steps to give.
    """
    numbered = [kind.id for kind in tree.advice_kinds.values() if kind.numbered]
    for key, outcome in tree.outcomes.items() if numbered else ():
        steps = _steps(tree, outcome)
        if not steps:
            hint = f"add advice of the kind {' or '.join(numbered)}"
            yield Issue(f"outcome '{key}' has no next step", outcome.location, "CW040", hint)
        windows = [step.window for step in steps] if len({step.by_claim_date for step in steps}) == 1 else []
        for span in spans(windows):
            if span.start and span.end and not any(span.start in window for window in windows):
                message = f"outcome '{key}' has no next step from {span.start} until {span.end}"
                yield Issue(message, outcome.location, "CW040", "let the next begin the day after one ends")


def _steps(tree: DecisionTree, outcome: Outcome) -> list[Advice]:
    return [one for one in map(tree.advice.__getitem__, outcome.advice) if tree.advice_kinds[one.kind].numbered]


def beyond_sources(tree: DecisionTree) -> Iterator[Issue]:
    """CW041: nothing is more certain than the strongest of its sources can make it."""
    told: set[Location] = set()  # A route by way of a schedule is on one line and is several edges.
    for what, _, claim in every_record(tree):
        if not isinstance(claim, (Route, Outcome)):
            continue
        kinds = [tree.source_kinds[tree.sources[source].kind] for source in claim.sources]
        strongest = min((kind.supports for kind in kinds), default=Certainty.settled)
        if claim.certainty < strongest and claim.location not in told:
            told.add(claim.location)
            message = f"{what} is '{claim.certainty.name}', which its sources ({', '.join(claim.sources)}) do not carry"
            yield Issue(message, claim.location, "CW041", f"make it '{strongest.name}', or name a stronger source")


def undated(tree: DecisionTree) -> Iterator[Issue]:
    """CW042: of every source it is known from when it is, or said why not."""
    for key, source in tree.sources.items():
        if not source.date and source.dated is None:
            yield Issue(f"source '{key}' has no date", source.location, "CW042")


def same_titles(tree: DecisionTree) -> Iterator[Issue]:
    """CW047: two outcomes of one scheme are told apart by their titles."""
    by_title: dict[tuple[str, str, str], Outcome] = {}
    for outcome in tree.outcomes.values():
        titles = [(outcome.scheme, language, outcome.title[language].casefold()) for language in tree.languages]
        same = next((key for key in titles if key in by_title), None)
        if same:
            what = f"outcomes '{by_title[same].id}' and '{outcome.id}'"
            yield Issue(f"{what} have the same title: '{outcome.title[same[1]]}'", outcome.location, "CW047")
        by_title |= dict.fromkeys(titles, outcome)


def fractions(tree: DecisionTree) -> Iterator[Issue]:
    """CW048: a percentage is not written as a fraction."""
    for key, outcome in tree.outcomes.items():
        for amount in outcome.percent:
            if 0 < amount.value < 1:
                message = f"outcome '{key}' pays {amount.value}%, less than one in a hundred"
                yield Issue(message, outcome.location, "CW048", f"write {amount.value * 100:f} if you mean that share")


class Found(NamedTuple):
    """A text where it is."""

    what: str  # for a message
    text: Text
    most: int  # how many characters it may have; 0 when nobody counts
    known: Mapping[str, str]  # what its placeholders stand for, at its longest
    owner: object  # the record that it is part of


def every_text(tree: DecisionTree) -> Iterator[Found]:
    """Yield every text of the tree."""
    for what, record, owner in every_record(tree):
        known = _values(owner)
        for name, kind in record.fields.items():
            value = getattr(owner, kind.into, None)
            if isinstance(value, Text):
                yield Found(f"'{name}' of {what}", value, kind.most, known, owner)
            for key, text in value.items() if isinstance(value, Mapping) else ():
                if isinstance(text, Text):
                    yield Found(f"{name.removesuffix('s')} '{key}' of {what}", text, kind.most, known, owner)
    for key, start in tree.deadline_starts.items():
        yield Found(f"deadline start '{key}'", start, 80, {}, start)
    for node in tree.nodes.values():
        for option, text in node.outside.items():
            yield Found(f"'outside' of option '{option}' of node '{node.id}'", text, 250, {}, node)


def _values(owner: object) -> dict[str, str]:
    """Return what the placeholders in the texts of a record stand for; of what changes by date the longest."""
    if isinstance(owner, Outcome):
        amounts = [f"{amount.value:f}" for amount in owner.percent]
        return {"percent": max(amounts, key=len)} if amounts else {}
    values = owner.values.items() if isinstance(owner, Advice) else ()
    return {key: _LONGEST_DATE if isinstance(value, datetime.date) else str(value) for key, value in values}


def shortcut_keys(tree: DecisionTree) -> Iterator[Issue]:
    """CW023, CW024: at one question every option has its own letter, taken from its wording."""
    for question, language in itertools.product(tree.questions.values(), tree.languages):
        taken = {words(language)("ask.unknown_key"): "the answer 'I do not know'"}
        for option in question.options.values():
            key = option.keys.get(language, "")
            what = f"key '{key}' of option '{option.id}' of question '{question.id}' in '{language}'"
            if key and (len(key) != 1 or not key.isalpha() or unaccented(key) not in unaccented(option.text[language])):
                message = f"{what} is not a letter of '{option.text[language]}'"
                yield Issue(message, option.location, "CW024")
            if key and taken.setdefault(key.casefold(), f"option '{option.id}'") != f"option '{option.id}'":
                message = f"{what} is taken by {taken[key.casefold()]}"
                yield Issue(message, option.location, "CW023")


def placeholders(tree: DecisionTree) -> Iterator[Issue]:
    """CW025, CW026: every placeholder has a value, and all languages use the same ones."""
    for found in every_text(tree):
        used = {one: set(PLACEHOLDER.findall(text)) for one, text in found.text.by_language.items()}
        for name in sorted(set().union(*used.values()) - found.known.keys()):
            hint = f"known here: {', '.join(sorted(found.known))}" if found.known else "this text takes no placeholder"
            yield Issue(f"{found.what} uses '{{{name}}}', which has no value", found.text.location, "CW025", hint)
        if len({frozenset(names) for names in used.values()}) > 1:
            differ = "; ".join(f"{language}: {', '.join(sorted(names)) or 'none'}" for language, names in used.items())
            message = f"the placeholders of {found.what} differ ({differ})"
            yield Issue(message, found.text.location, "CW026")


def country_names(tree: DecisionTree) -> Iterator[Issue]:
    """CW029: a country, another name of one, and every other country lead to options that are there."""
    for question in tree.questions.values():
        what, known = f"question '{question.id}'", question.options
        if question.countries is not None and question.otherwise is None:
            message = f"{what} has countries but no 'otherwise'"
            yield Issue(message, question.location, "CW029", "name the option of every other country")
        named = {question.otherwise} if question.otherwise is not None else set()
        for option in sorted(named.union(*(question.countries or {}).values()) - known.keys()):
            message = f"{what} has countries for option '{option}', which it does not have"
            yield Issue(message, question.location, "CW029", f"known here: {', '.join(known)}")
        for name, target in question.names.items():
            if target not in known and not re.fullmatch("[A-Z]{2}", target or ""):
                message = f"name '{name}' of {what} leads to '{target}'"
                yield Issue(message, question.location, "CW029", "write a country code or an option")


def _synonyms(tree: DecisionTree) -> Iterator[tuple[str, str, tuple[tuple[Question, Option], ...]]]:
    """Yield a phrase, its language, and two options that it means."""
    meant: dict[tuple[str, str], list[tuple[Question, Option]]] = defaultdict(list)
    for question, language in itertools.product(tree.questions.values(), tree.languages):
        for option in question.options.values():
            for phrase in {" ".join(words_of(phrase)): None for phrase in option.also.get(language, ())}:
                meant[phrase, language].append((question, option))
    for (phrase, language), options in meant.items():
        for pair in itertools.combinations(options, 2):
            yield phrase, language, pair


def synonyms(tree: DecisionTree) -> Iterator[Issue]:
    """CW035: a synonym means one option of a question."""
    for phrase, language, ((one, this), (other, that)) in _synonyms(tree):
        if one is other:
            what = f"option '{this.id}' and option '{that.id}' of question '{one.id}'"
            yield Issue(f"'{phrase}' means {what} in '{language}'", that.location, "CW035")


def synonyms_elsewhere(tree: DecisionTree) -> Iterator[Issue]:
    """CW054: one synonym does not mean answers that no walk has both, or the opening line contradicts itself."""
    routes = defaultdict(list)
    for route in tree.routes():
        routes[tree.nodes[route.node].question, route.option].append(route)
    for phrase, language, ((one, this), (other, that)) in _synonyms(tree):
        sides = routes[one.id, this.id], routes[other.id, that.id]
        pairs = [*itertools.product(*sides), *itertools.product(*reversed(sides))]
        together = any(nx.has_path(tree.graph, earlier.target, later.node) for earlier, later in pairs)
        if one is not other and not together:
            what = f"'{this.id}' at question '{one.id}' and '{that.id}' at question '{other.id}' in '{language}'"
            message = f"'{phrase}' means {what}, and no walk has both"
            yield Issue(message, that.location, "CW054")


def likeness(tree: DecisionTree) -> Iterator[Issue]:
    """CW044: nobody can take one option of a question for another."""
    for question, language in itertools.product(tree.questions.values(), tree.languages):
        for one, other in itertools.combinations(question.options.values(), 2):
            texts = [option.text[language] for option in (one, other)]
            short, long = sorted((words_of(text) for text in texts), key=len)
            if short and long[: len(short)] == short:
                how = "the same" if short == long else "at first the same"
                what = f"option '{other.id}' of question '{question.id}' reads in '{language}'"
                message = f"{what} {how} as option '{one.id}': '{texts[1]}' and '{texts[0]}'"
                yield Issue(message, other.location, "CW044")


def each_text(tree: DecisionTree) -> Iterator[Issue]:
    """CW043, CW049, CW053: a text is short enough, without an editor's quotes around it, and in its own language."""
    for found in every_text(tree):
        for language, text in found.text.by_language.items():
            filled = [name for name in PLACEHOLDER.findall(text) if name in found.known]
            count = len(text) + sum(len(found.known[name]) - len(f"{{{name}}}") for name in filled)
            if found.most and count > found.most:
                message = f"{found.what} has {count} characters in '{language}', where {found.most} is the most"
                yield Issue(message, found.text.location, "CW043")
            if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
                message = f"{found.what} is between quotes that are shown, in '{language}': {text[0]} {text[-1]}"
                yield Issue(message, found.text.location, "CW049")
            for other in _SMALL_WORDS.keys() - {language} if language in _SMALL_WORDS else ():
                own, foreign = (sum(word in _SMALL_WORDS[one] for word in words_of(text)) for one in (language, other))
                # What is alike in both is so on purpose: a name, or a letter that is read in one language only.
                if foreign >= 2 and own == 0 and text != found.text.by_language.get(other):
                    message = f"{found.what} reads in '{language}' like '{other}'"
                    yield Issue(message, found.text.location, "CW053")


def unmentioned(tree: DecisionTree) -> Iterator[Issue]:
    """CW045: the name of a term, or a part of it in brackets or before them, is in some other text."""
    texts = [
        (found.owner, f" {' '.join(words_of(text))} ")
        for found in every_text(tree)
        for text in found.text.by_language.values()
    ]
    for key, term in tree.glossary.items():
        names = [part for name in term.name.by_language.values() for part in (name, *name.rstrip(")").split("("))]
        sought = [f" {' '.join(parts)} " for parts in map(words_of, names) if parts]
        if not any(name in text for owner, text in texts if owner is not term for name in sought):
            yield Issue(f"no text mentions term '{key}' by its name", term.location, "CW045")
