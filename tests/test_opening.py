"""The opening line: what a sentence answers, and what must not be taken from it."""

from __future__ import annotations

import pytest

from cakwizard.deciding.opening import understand
from cakwizard.tree.records import DecisionTree

TAKEN = """
zwanger, uit Ghana, geen papieren | maternity_care=maternity nationality=other stay=none
ZWANGER UIT GHÁNA GEEN PAPIEREN | maternity_care=maternity nationality=other stay=none
Poolse vrouw, zwanger, niet verzekerd | nationality=eu_efta_uk maternity_care=maternity payer=nobody
Vrouw uit Syrië, asiel aangevraagd, zwanger | nationality=other waiting_for=asylum maternity_care=maternity
asielzoekster uit Eritrea, RMA-pas | waiting_for=asylum nationality=other payer=coa
gevlucht uit Oekraïne, bevalling | nationality=ukraine maternity_care=maternity
Marokkaanse, visum verlopen, bevallen | nationality=other stay=none maternity_care=maternity
illegaal, Nigeriaanse, miskraam | stay=none nationality=other maternity_care=maternity
Braziliaanse toeriste, in verwachting | nationality=other stay=visitor maternity_care=maternity
Surinaamse, visum, zwanger, geen verzekering | nationality=other stay=visitor maternity_care=maternity payer=nobody
Nederlandse zonder verzekering, zwanger | nationality=dutch payer=nobody maternity_care=maternity
NIPT, Ghanese, geen papieren | maternity_care=screening nationality=other stay=none
20-wekenecho, uit China, ongedocumenteerd | maternity_care=screening nationality=other stay=none
abortus, Roemeense, onverzekerd | maternity_care=abortion nationality=eu_efta_uk payer=nobody
zit vast, zwanger | payer=custody maternity_care=maternity
EHIC, Duitse, bevalling | payer=foreign_cover nationality=eu_efta_uk maternity_care=maternity
kraamzorg, Ethiopische, uitgeprocedeerd | maternity_care=maternity nationality=other stay=none
Turkse, wacht op de IND | nationality=other stay=waiting
zwanger, Dublin, uit Guinee | maternity_care=maternity stay=deferred nationality=other
uit India, studievergunning, zwanger | nationality=other permit_kind=study maternity_care=maternity
zij kan zelf betalen | payer=patient
zwangere uit Congo, geen verblijfsvergunning | maternity_care=maternity nationality=other stay=none
woont op Curaçao, bevalling | nationality=aruba_curacao_sint_maarten maternity_care=maternity
artikel 64, Iraakse, zwanger | stay=deferred nationality=other maternity_care=maternity
eerste vergunning, Amerikaanse, zwanger | waiting_for=first_permit nationality=other maternity_care=maternity
heeft een Nederlandse zorgverzekering, Marokkaanse | payer=dutch_policy nationality=other
zwangerschap voorkomen, Poolse | maternity_care=contraception nationality=eu_efta_uk
Vietnamese vrouw in vreemdelingendetentie | nationality=other payer=custody
Pools en Oekraïens paspoort | nationality=eu_efta_uk
Poolse en haar man is Nederlander | nationality=eu_efta_uk
zuid-afrikaanse, geen verblijfsrecht | nationality=other stay=none
Sierra Leoonse en zwanger | nationality=other maternity_care=maternity
en: pregnant, from Ghana, no papers | maternity_care=maternity nationality=other stay=none
en: Polish woman, not insured, giving birth | nationality=eu_efta_uk payer=nobody maternity_care=maternity
en: asylum seeker from Eritrea, RMA card | waiting_for=asylum nationality=other payer=coa
en: undocumented, Nigerian, miscarriage | stay=none nationality=other maternity_care=maternity
en: Brazilian tourist, expecting | nationality=other stay=visitor maternity_care=maternity
en: fled from Ukraine, labour | nationality=ukraine maternity_care=maternity
en: dutch passport, uninsured | nationality=dutch payer=nobody
en: Filipino, waiting for the IND, pregnant | nationality=other stay=waiting maternity_care=maternity
"""

NOT_TAKEN = """
niet zwanger
niet meer zwanger
ongewenst zwanger
misschien zwanger
haar zus is zwanger
geen asiel
asiel afgewezen
wil asiel aanvragen
asielzoeker geweest
asiel heeft zij niet
vroeger in Polen
haar man is Pools
getrouwd met een Duitser
partner komt uit Ghana
vader van het kind is Brits
de Poolse vriend
haar Nederlandse man
spreekt alleen Frans
woont in Nederland
geboren in Marokko
werkt in Duitsland
Poolse werkgever
Duitse verzekering
van Turkse afkomst
haar man is verzekerd
was verzekerd
verzekerd is zij niet
zorgverzekering opgezegd
geen EHIC
RMA-pas verlopen
COA betaalt niet
niet gedetineerd
heeft geen visum
heeft zij een visum?
nog geen verblijfsvergunning
geen loonstrook
niet uit Polen
Oekraïense
Antilliaanse
kan niet alles betalen
en: not pregnant
en: her husband is Polish
en: speaks French only
en: formerly in Poland
en: no asylum
en: asylum refused
en: is she insured?
en: German insurance
en: her sister is pregnant
"""


def split(sentence: str) -> tuple[str, str]:
    """Return a sentence with its language."""
    return (sentence.removeprefix("en: "), "en") if sentence.startswith("en: ") else (sentence, "nl")


@pytest.mark.parametrize("line", TAKEN.strip().splitlines())
def test_a_sentence_answers_what_it_says(line: str, tree: DecisionTree) -> None:
    """Each answer is found, and no other; whatever the case, the accents and the order."""
    sentence, _, expected = line.partition(" | ")
    found = understand(tree, *split(sentence))
    assert {key: "|".join(options) for key, options in found.answers.items()} == dict(
        one.split("=") for one in expected.split()
    )
    assert {one.question for one in found.found} == found.answers.keys()


@pytest.mark.parametrize("line", NOT_TAKEN.strip().splitlines())
def test_what_a_sentence_does_not_say_is_not_taken(line: str, tree: DecisionTree) -> None:
    """Negations, what was or may be, and what is about somebody or something else answer nothing."""
    assert understand(tree, *split(line)).answers == {}


def test_what_is_doubtful_or_unknown_is_named_as_it_was_typed(tree: DecisionTree) -> None:
    """A doubtful phrase keeps its words, a word that says nothing is named, small words are not."""
    found = understand(tree, "Poolse tandarts-assistente, heeft géén Visum en een Ghanees kind", "nl")
    assert [one.words for one in found.doubtful] == ["Visum", "Ghanees"]
    assert found.left_over == ("tandarts", "assistente", "kind")
    assert found.answers == {"nationality": {"eu_efta_uk"}}


def test_a_country_is_said_back_by_its_name(tree: DecisionTree) -> None:
    """What was found says for which country it took a word; another answer has no such name."""
    found = understand(tree, "Marokkaanse, zwanger", "en").found
    assert [(one.words, one.said) for one in found] == [("Marokkaanse", "Morocco")]
    assert [one.said for one in understand(tree, "zwanger", "nl").found] == [""]


def test_two_answers_that_exclude_each_other_are_both_doubtful(tree: DecisionTree) -> None:
    """A sentence that says two different things of one question answers neither."""
    found = understand(tree, "geen papieren, artikel 64", "nl")
    assert "stay" not in found.answers
    assert [one.words for one in found.doubtful] == ["geen papieren", "artikel 64"]


@pytest.mark.parametrize("sentence", ["", "   ", "?!", "\x1b[2J", "\udcff", "zwanger " * 5000, "a" * 100_000, "😀"])
def test_any_text_is_read(sentence: str, tree: DecisionTree) -> None:
    """Nothing typed or pasted makes it fail, or take long."""
    found = understand(tree, sentence, "nl")
    assert found.answers.keys() <= {"maternity_care"}


def test_a_word_of_two_options_is_asked_and_one_of_two_questions_answers_both(small: DecisionTree) -> None:
    """UA leaves two options open, so it is doubtful; a phrase takes the longest reading."""
    found = understand(small, "Oekraïense, niet verzekerd", "nl")
    assert [(one.words, one.options) for one in found.doubtful] == [("Oekraïense", frozenset({"fled", "other"}))]
    assert found.answers == {"payer": {"nobody"}}
    assert understand(small, "polis geweigerd", "nl").answers == {}
