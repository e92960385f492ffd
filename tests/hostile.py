"""Files of a megabyte made to break a reader, and what each costs: `python -m tests.hostile`.

Each is read in a process of its own, forked from one that has imported everything,
so that the peak of its memory is its own. Time is processor time, which a busy
machine does not change.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from collections.abc import Iterator

from cakwizard.errors import CakwizardError
from tests.bench import fuzz
from tests.measured import slowness

MEGABYTE = 1_000_000

Taken = Callable[[bytes], None]


def _filled(piece: str, size: int = MEGABYTE) -> str:
    return piece * (size // len(piece.encode()))


def _numbered(pattern: str, size: int = MEGABYTE, *, between: str = "") -> str:
    count = size // (len(pattern) + 4 + len(between))
    return between.join(pattern.replace("#", str(number)) for number in range(count))


def yaml_files() -> Iterator[tuple[str, str]]:
    """Yield what breaks readers of YAML, whatever it should hold."""
    yield "flow, deep", _filled("[")
    yield "flow, deep and closed", _filled("[", MEGABYTE // 2) + _filled("]", MEGABYTE // 2)
    yield "flow mappings, deep", _filled("{a: ")
    yield "flow in quotes in between", _filled('["]", ')
    yield "block lists, deep", _filled("- ")
    yield "block mappings, deep", "\n".join(" " * depth + "a:" for depth in range(1400))
    yield "question marks, deep", _filled("? ")
    yield "one line", "a: " + _filled("x")
    yield "one line in quotes", 'a: "' + _filled("x") + '"'
    yield "one long key", _filled("k") + ": 1"
    yield "many long keys", "".join(f"{number:0>1000}: 1\n" for number in range(950))
    yield "many keys", _numbered("k#: 1\n")
    yield "many equal keys", _filled("k: 1\n")
    yield "many keys in flow", "{" + _numbered("k#: 1", between=", ") + "}"
    yield "many items", _filled("- x\n")
    yield "many empty items in flow", "[" + _filled("[],") + "]"
    yield "many documents", _filled("---\na: 1\n")
    yield "a billion laughs", _laughs()
    yield "many anchors", _numbered("- &a# x\n")
    yield "many aliases", "- &a x\n" + _filled("- *a\n")
    yield "many tags", _filled("- !x y\n")
    yield "many ampersands in a text", 'a: "' + _filled("&a ") + '"'
    yield "stars and blanks", "a: " + _filled(" *")
    yield "many merge keys", "a: &a {b: c}\n" + _filled("<<: *a\n")
    yield "many directives", _numbered("%X# y\n")
    yield "enormous number", "a: " + _filled("9")
    yield "many escapes", 'a: "' + _filled("\\u0041") + '"'
    yield "many escapes that steer", 'a: "' + _filled("\\e[2J") + '"'
    yield "NUL bytes", _filled("\0")
    yield "NUL at the end", "a: " + _filled("x") + "\0"
    yield "line ends of one kind", _filled("\r")
    yield "line ends of all kinds", _filled("\r\n\n\r\x85\u2028\u2029\n")
    yield "tabs", _filled("\t")
    yield "blanks", _filled(" ")
    yield "comments", _filled("# x\n")
    yield "a text over many lines", "a: |\n" + _filled("  x\n")
    yield "a folded text", "a: >\n" + _filled("  x\n\n")
    yield "quotes without end", _filled('"')
    yield "colons", _filled(": ")
    yield "colons without blanks", _filled(":")
    yield "dashes", _filled("-")
    yield "exclamation marks", _filled("!")
    yield "percent signs", _filled("%")
    yield "bars", "a: " + _filled("|")
    yield "byte order marks", _filled("\ufeff")
    yield "text that turns around", "a: " + _filled("\u202e")
    yield "marks on one letter", "a: e" + _filled("\u0301")
    yield "braces in a text", 'a: "' + _filled("{a") + '"'


def _laughs() -> str:
    lines = ["a0: &a0 [ha, ha]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))]
    return "\n".join(lines)


def _grown(old: str, new: str) -> str:
    text = fuzz.SMALL.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


def trees() -> Iterator[tuple[str, str]]:
    """Yield trees that are right for the most part, with a megabyte of trouble in them."""
    options = "{text: {nl: x, en: x}, key: {nl: x, en: x}}"
    yield (
        "many outcomes with unknown advice",
        _grown(
            "outcomes:\n",
            "outcomes:\n"
            + "".join(
                f"  outcome_{n:0>5}: {{scheme: insurrer, certainty: setled, advice: [ask_insurrer_{n:0>5}]}}\n"
                for n in range(11000)
            ),
        ),
    )
    yield (
        "many routes to what is not there",
        _grown(
            "advice:\n", "advice:\n" + "".join(f"  advice_number_{n:0>6}: {{kind: steep}}\n" for n in range(20000))
        ).replace("advice: [ask_desk]", "advice: [" + ", ".join(f"advice_numbre_{n:0>6}" for n in range(15000)) + "]"),
    )
    yield (
        "many options of one question",
        _grown(
            "      midwife:", "".join(f"      option_{n:0>5}: {options}\n" for n in range(14000)) + "      midwife:"
        ),
    )
    yield (
        "many nodes in a row",
        _grown(
            "nodes:\n",
            "nodes:\n"
            + "".join(
                f"  node_{n:0>5}: {{asks: pregnant, certainty: settled, sources: [law], "
                f"to: {{yes: node_{n + 1:0>5}, no: insurer}}}}\n"
                for n in range(8500)
            ),
        ),
    )
    yield (
        "nodes that go round",
        _grown(
            "nodes:\n",
            "nodes:\n"
            + "".join(
                f"  node_{n:0>5}: {{asks: pregnant, certainty: settled, sources: [law], "
                f"to: {{yes: node_{(n + 1) % 8500:0>5}, no: node_{n * 7 % 8500:0>5}}}}}\n"
                for n in range(8500)
            ),
        ),
    )
    yield (
        "nodes without questions",
        _grown(
            "nodes:\n",
            "nodes:\n" + "".join(f"  node_{n:0>5}: {{asks: q_{n}, to: {{a: b_{n}}}}}\n" for n in range(22000)),
        ),
    )
    yield (
        "many windows",
        _grown(
            "{valid_from: 2027-03-01, to: scheme_a_ended, certainty: unsettled, sources: [page]}",
            "{valid_from: 2027-03-01, to: scheme_a_ended, certainty: unsettled, sources: [page]}\n"
            + "".join(
                f"    - {{valid_from: 2028-01-01, valid_until: 20{30 + n % 60}-01-02, to: provider_a}}\n"
                for n in range(11000)
            ),
        ),
    )
    yield (
        "many sources in a list",
        _grown("sources: [law, page]", "sources: [" + ", ".join(f"law_{n}" for n in range(90000)) + "]"),
    )
    yield "many equal sources", _grown("sources: [law, page]", "sources: [" + ", ".join(["law"] * 150000) + "]")
    yield "a long title", _grown("nl: Kleine boom", "nl: " + _filled("Kleine boom ")).replace("en: Small tree", "en: x")
    yield "a long word in a title", _grown("nl: Kleine boom", "nl: " + _filled("K"))
    yield "many placeholders", _grown("nl: Kleine boom", 'nl: "' + _filled("{percent} ") + '"')
    yield "many unfinished placeholders", _grown("nl: Kleine boom", 'nl: "' + _filled("{percent") + '"')
    yield "many values", _grown("values: {version: 2022-05-11}", "values: {" + _numbered("v#: 1", between=", ") + "}")
    yield "many languages", _grown("languages: [nl, en]", "languages: [" + _numbered("l#", between=", ") + "]")
    yield "many countries", _grown("dutch: [NL]", "dutch: [" + ", ".join(f"C{n}" for n in range(120000)) + "]")
    yield "many names of countries", _grown("holland: NL", _numbered("holland#: NX", between=", "))
    yield "a long id", _grown("start: resident", "start: " + _filled("resident"))
    yield (
        "many terms",
        _grown(
            "nodes:\n",
            "glossary:\n" + _numbered("  term#: {name: {nl: x, en: x}, text: {nl: y, en: y}}\n") + "nodes:\n",
        ),
    )


def walk_files() -> Iterator[tuple[str, str]]:
    """Yield walk files."""
    yield (
        "many cases",
        _numbered("- {name: c#, answers: {resident: yes, nationality: PL}, expect: {scheme: insurer}}\n"),
    )
    yield (
        "many cases that name nothing",
        _numbered("- {name: c#, answers: {rezident: jes}, expect: {scheem: insurrer}}\n"),
    )
    yield "many equal names", _filled("- {name: c, answers: {}, expect: {scheme: insurer}}\n")
    yield (
        "many unknown outcomes",
        "- {name: c, answers: {}, expect: {possible: [" + _numbered("o#", between=", ") + "]}}",
    )


def answers() -> Iterator[tuple[str, str]]:
    """Yield files of answers."""
    yield "many questions", "answers: {" + _numbered("rezident#: yes", between=", ") + "}"
    yield "many options", "answers: {nationality: [" + _numbered("o#", between=", ") + "]}"
    yield "many equal options", "answers: {nationality: [" + ", ".join(["other"] * 140000) + "]}"
    yield "a long country", "answers: {nationality: " + _filled("Polen ") + "}"
    yield "a country of marks", "answers: {nationality: e" + _filled("\u0301") + "}"
    yield "a long question", "answers: {? " + _filled("q") + " : yes}"


def receipts() -> Iterator[tuple[str, str]]:
    """Yield receipts."""
    good = fuzz._receipt_seeds()[1]
    yield "lists, deep", _filled("[")
    yield "objects, deep", _filled('{"a":')
    yield "one text", '"' + _filled("x") + '"'
    yield "a text without end", '"' + _filled("x")
    yield "backslashes", '"' + _filled("\\")
    yield "quotes", _filled('"')
    yield "numbers", "[" + _filled("9")
    yield "exponents", "[" + _filled("1e999,") + "1]"
    yield "many unused", good.replace('"unused": [', '"unused": [' + _numbered('"q#"', between=",") + ",")
    yield "many answers", good.replace('"answers": {', '"answers": {' + _numbered('"q#": "yes"', between=",") + ",")
    yield (
        "many steps",
        good.replace('"path": [', '"path": [' + ", ".join(['{"question": "q", "option": "o"}'] * 9900) + ",", 1),
    )
    yield "blanks", _filled(" ") + good
    yield "many keys", "{" + _numbered('"k#": 1', between=",") + "}"
    yield "surrogates", '"' + _filled("\\ud800") + '"'
    yield "a long edition", good.replace('"edition": "1"', '"edition": "' + _filled("x") + '"')


def lists() -> Iterator[tuple[str, str]]:
    """Yield CSV files."""
    head = "name,place,kind,list,date\n"
    size = MEGABYTE - 100
    yield "many rows", head + _numbered("Apotheek #,Arnhem,pharmacy,x,2022\n", size)
    yield "many equal rows", head + _filled("Apotheek,Arnhem,pharmacy,x,2022\n", size)
    yield "many faults", head + _filled("x\n", size)
    yield "one line", head + _filled("x", size)
    yield "one line of commas", head + _filled(",", size)
    yield "lines of commas", head + _filled("," * 9999 + "\n", size)
    yield "lines of quotes", head + _filled('"' * 9999 + "\n", size)
    yield "quotes that never close", head + _filled('"a,' * 3000 + "\n", size)
    yield "pairs of quotes", head + _filled('"' + '""' * 4000 + "\n", size)
    yield "a wide header", _filled("name,", size)
    yield "unknown columns", _numbered("column#,", 9990) + "\n"
    yield "line ends", _filled("\r\n", size)
    yield "NUL bytes", _filled("\0", size)
    yield "blanks", head + _filled(" ", size)
    yield "blanks in a name", head + _filled("a" + " " * 9000 + "b,Arnhem,pharmacy,x,2022\n", size)


def pasted() -> Iterator[tuple[str, str]]:
    """Yield pasted lists."""
    yield "many entries", _numbered("Arnhem, Apotheek #\n")
    yield "many places", _numbered("Plaats#, Apotheek\n")
    yield "alike", _numbered("Arnhem, Apotheek De Eenhoorn van Arnhem #\n")
    yield "rejected", _filled("x y z\n")
    yield "one line", _filled("x")
    yield "commas", _filled(",")
    yield "bullets", _filled("• ")
    yield "blanks", "a" + _filled(" ") + "b, c"
    yield "letters of one kind", _filled("a" * 150 + ", b\n")


def conversations() -> Iterator[tuple[str, str]]:
    """Yield what may be typed, or piped in."""
    yield "one line", _filled("x")
    yield "empty lines", _filled("\n", 5000)
    yield "not understood", _filled("xyzzy\n", 12000)
    yield "numbers", "9" * MEGABYTE + "\n"
    yield "back", _filled("ja\nterug\n", 4000)
    yield "marks", "e" + _filled("\u0301") + "\n"
    yield "NUL bytes", _filled("\0")


KINDS: dict[str, tuple[Taken, Callable[[], Iterator[tuple[str, str]]]]] = {
    "yaml as tree": (fuzz.take_tree, yaml_files),
    "yaml as walk file": (fuzz.read_walks, yaml_files),
    "yaml as answers": (fuzz.read_given, yaml_files),
    "tree": (fuzz.take_tree, trees),
    "walk file": (fuzz.read_walks, walk_files),
    "answers": (fuzz.read_given, answers),
    "answers to go on with": (fuzz.read_kept, answers),
    "receipt": (fuzz.take_receipt, receipts),
    "providers": (fuzz.take_list, lists),
    "pasted list": (fuzz.take_pasted, pasted),
    "conversation": (fuzz.take_talk, conversations),
}


def costs(kind: str) -> Iterator[dict[str, object]]:
    """Yield what each file of a kind costs, and what came of it."""
    take, files = KINDS[kind]
    fuzz.small()
    for name, text in files():
        data = fuzz.encoded(text)
        # On a machine that others use as well the same work takes longer: the least of a few tries is its cost,
        # and where that is not little, by the pace of the machine.
        tries = [_measured(take, data)]
        while tries[-1][0] > CERTAIN and len(tries) < TRIES:
            tries.append(_measured(take, data))
        seconds, megabytes, said = min(tries)
        if seconds > CERTAIN:
            seconds /= slowness()
        yield {"name": name, "seconds": seconds, "megabytes": megabytes, "said": said}


CERTAIN = 0.7
TRIES = 2


def _measured(take: Taken, data: bytes) -> tuple[float, float, str]:
    """Return the seconds of work, the megabytes and what was said, of a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.write(writing, _outcome(take, data).encode("utf-8", "replace")[:4000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="replace") as answer:
        said = answer.read()
    usage = os.wait4(child, 0)[2]
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said


def _outcome(take: Taken, data: bytes) -> str:
    try:
        take(data)
    except CakwizardError as error:
        wrong = "FAULT: it steers the terminal: " if fuzz.STEERING.search(str(error)) else ""
        wrong += f"FAULT: {len(str(error))} characters: " if len(str(error)) > 200_000 else ""
        return f"{wrong}refused: {str(error)[:200]}"
    except BaseException as fault:
        return f"FAULT: {type(fault).__name__}: {str(fault)[:500]}"
    return "taken"


if __name__ == "__main__":
    for asked in sys.argv[1:] or KINDS:
        for cost in costs(asked):
            sys.stdout.write(json.dumps({"kind": asked, **cost}) + "\n")
            sys.stdout.flush()
