"""`cakwizard walk`: decide one case, or many, without asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cakwizard.cli import common
from cakwizard.cli.helping import Spoken, say
from cakwizard.errors import UsageError, spoken

if TYPE_CHECKING:
    from cakwizard.deciding.countries import Country
    from cakwizard.deciding.verdict import Verdict
    from cakwizard.showing.text import Form


_APART = [("--json", "--format"), ("--json", "--full"), ("--batch", "--json"), ("--batch", "--format")]
_APART += [("--batch", "ANSWERS.yaml")]


@click.command("walk", cls=Spoken, help="help.walk.long")
@click.argument("answers_file", metavar="[ANSWERS.yaml|-]", type=common.FILE, required=False)
@click.option("--set", "settings", metavar="QUESTION=OPTION[,OPTION]", multiple=True, help="help.walk.set")
@common.date_option
@common.claim_date_option
@common.lang_option
@click.option("--json", "as_json", is_flag=True, help="help.walk.json")
@click.option("--ids-only", is_flag=True, help="help.walk.ids_only")
@click.option("--schema", is_flag=True, help="help.walk.schema")
@common.form_option
@common.full_option
@click.option("--batch", "cases_file", metavar="CASES.csv", type=common.FILE, help="help.walk.batch")
@click.option("--output", "-o", metavar="OUT.csv|.jsonl", type=common.FILE, help="help.walk.output")
@common.force_option
@common.tree_option
def walk(given: Any) -> int:
    """Decide one case and leave with 0 when decided, 3 when open or out of range."""
    if given.schema:
        from cakwizard.showing.as_json import SCHEMA

        common.write_json(SCHEMA)
        return 0
    wished = {"--json": given.as_json or given.ids_only, "--format": given.form, "--full": given.full}
    wished |= {"--batch": given.cases_file, "ANSWERS.yaml": given.answers_file}
    for one, other in _APART:
        if wished[one] and wished[other]:
            raise UsageError(spoken("walk.together", one=one, other=other))
    if given.output is not None and given.cases_file is None:
        raise UsageError(spoken("walk.output_alone"))
    tree, language = common.load_named(given.tree_file), given.language
    if given.cases_file is not None:
        from cakwizard.cli import batch

        return batch.run(given, tree)
    from cakwizard.deciding.answers import AnswerFile, parse_settings
    from cakwizard.deciding.decide import decide

    taken: list[Country] = []
    case = given.answers_file
    file = AnswerFile() if case is None else common.read_case(case, tree, language, taken)
    answers = {**file.answers, **parse_settings(tree, given.settings, taken, language)}
    days = given.care_date or file.care_date, given.claim_date or file.claim_date
    verdict = decide(tree, answers, *common.the_dates(*days))
    for country in dict.fromkeys(taken):
        if country.guessed:
            common.err(say("walk.taken", typed=country.typed, name=country.name))
        elif len(country.options) > 1:
            common.err(say("walk.either", typed=country.typed, options=country.name))
    if given.as_json or given.ids_only:
        from cakwizard.showing.as_json import verdict_to_dict

        common.write_json(verdict_to_dict(verdict, language, ids_only=given.ids_only))
    else:
        common.out(_text(verdict, given, assumed=days[0] is None))
    return 0 if verdict.status == "decided" else 3


def _text(verdict: Verdict, given: Any, *, assumed: bool) -> str:
    """Return the card, or all there is to say; what is asked for in a form is to paste, so no line is broken."""
    from cakwizard.saying.card import make_card
    from cakwizard.showing.text import card_text, full_text

    today, language = common.today(), given.language
    card = make_card(verdict, language, today=today)
    if given.form == "svg":
        from cakwizard.showing.terminal import card_svg

        asked = [(verdict.tree.questions[one], option) for one, option in verdict.path]
        return card_svg(card, [(one.short[language], one.options[option].text[language]) for one, option in asked])
    kind: Form = given.form or "text"
    width = None if given.form else common.text_width()
    if given.full:
        return full_text(verdict, language, kind, today=today, assumed=assumed, width=width)
    return card_text(card, width, kind)
