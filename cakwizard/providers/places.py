"""Know a place by all its names, and by none of another place.

`data/places.csv` says what spelling alone cannot: that the list's 'Wezen' is Wezep, that 's-Gravenhage is Den Haag,
that Sittard is a part of Sittard-Geleen, and that Bergen is a place of its own and no misspelt Beugen.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files

# Readers pass over these.
_APOSTROPHES = str.maketrans("", "", "'\u2018\u2019\u201a\u201b`\u00b4\u02bb\u02bc\u2032")
# Letters that have no accent to take off, although readers see one.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"})


@lru_cache(maxsize=8192)
def fold(text: str) -> tuple[str, ...]:
    """Return the words of `text` with everything evened out that readers pass over: case, accents, IJ, B.V."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).replace("&", " en ").casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char)).translate(_LETTERS)
    # Initials are one word however they are pointed: 'B.V.', 'B V', 'BV'.
    plain = re.sub(r"\b(\w)[\W_]+(?=\w\b)", r"\1", plain)
    found = re.findall(r"[^\W_]+", plain)
    return tuple("sint" if word == "st" else word.replace("ij", "y") for word in found)


@lru_cache(maxsize=8192)
def place_key(place: str) -> str:
    """Return what all spellings of one place have in common: Alphen aan den Rijn, Alphen a/d Rijn, alphen ad rijn."""
    return re.sub(r"(?<=\S) (?:aan|ad)(?: (?:de|den|het))?\b| ", "", " ".join(fold(place)))


@cache
def _names(*why: str) -> Mapping[str, list[str]]:
    """Return from `data/places.csv` what each name means, by its key.

    The rows are: `right_name` (the list misspells the place, or writes it otherwise), `other_name`, `part_of` (who asks
    for the one gets the other too) and `elsewhere` (a place that is not in the lists, but would be taken for another).
    """
    found = defaultdict[str, list[str]](list)
    for row in csv.DictReader((files("cakwizard") / "data" / "places.csv").read_text("utf-8").splitlines()):
        if row["why"] in why:
            found[place_key(row["name"])].append(row["means"])
    return found


@lru_cache(maxsize=8192)
def right_name(place: str) -> str:
    """Return the right name of a place of a list: of 'Wezen' Wezep."""
    return _names("right_name").get(place_key(place), [place])[0]


def close(asked: str, known: Iterable[str]) -> set[str]:
    """Return the words that are nearest misspellings of `asked`: a letter too many, too few or wrong, or two swapped.

    The shorter the word, the fewer slips are forgiven, since a short word with a letter changed is soon another word.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    # Of 4 letters one, of 6 two, of 14 three.
    found = process.extract(asked, list(known), scorer=OSA.distance, score_cutoff=3, limit=None)
    fitting = [(word, slips) for word, slips, _ in found if slips <= bisect((4, 6, 14), min(len(word), len(asked)))]
    return {word for word, slips in fitting if slips == fitting[0][1]}


class PlaceIndex:
    """The places of a list of providers, found by what somebody typed."""

    def __init__(self, published: Iterable[str]) -> None:
        """Bring together by its key what each name of these places means: the right names of one or more."""
        right, known = dict.fromkeys(map(right_name, published)), defaultdict[str, set[str]](set)
        for name in right:
            known[place_key(name)].add(name)
        for key, means in _names("right_name", "other_name", "part_of").items():
            known[key] |= right.keys() & means
        self.known = {key: frozenset(names) for key, names in known.items() if names}

    def named(self, asked: str) -> frozenset[str]:
        """Return the places that `asked` names, without guessing."""
        return self.known.get(place_key(asked), frozenset())

    def elsewhere(self, asked: str) -> bool:
        """Tell whether `asked` is the right name of a place that is not in the list."""
        return place_key(asked) in _names("elsewhere").keys() - self.known.keys()

    def begun(self, asked: str) -> frozenset[str]:
        """Return all places of which a name begins so."""
        key = place_key(asked)
        return frozenset().union(*(self.known[name] for name in self.known if key and name.startswith(key)))

    def begun_alone(self, asked: str) -> frozenset[str]:
        """Return the only place that begins so; a shorter beginning fits too many to be meant as one of them."""
        key = place_key(asked)
        return _only(self.known[name] for name in self.known if len(key) > 3 and name.startswith(key))

    def guessed(self, asked: str) -> frozenset[str]:
        """Return the place that was meant: the only one that begins so, or the nearest in spelling.

        Nothing when two are equally near, or when `asked` is the right name of a place that is not in the list: that
        its name resembles another's is no reason to send somebody there.
        """
        if self.elsewhere(asked) or self.named(asked):
            return frozenset()
        return self.begun_alone(asked) or _only(self.known[name] for name in close(place_key(asked), self.known))

    def near(self, asked: str) -> list[str]:
        """Return the places nearest in spelling, nearest first."""
        from rapidfuzz import fuzz, process

        found = process.extract(place_key(asked), list(self.known), scorer=fuzz.WRatio, score_cutoff=65, limit=8)
        return [place for name, _, _ in found for place in sorted(self.known[name])]


def _only(meant: Iterable[frozenset[str]]) -> frozenset[str]:
    found = set(meant)
    return found.pop() if len(found) == 1 else frozenset()
