"""`cakwizard walk`: decide one case, or many, without asking."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from cakwizard.cli import common
from cakwizard.cli.helping import SpokenHelp, say
from cakwizard.errors import UsageError, spoken

if TYPE_CHECKING:
    from cakwizard.deciding.countries import Country
    from cakwizard.deciding.verdict import Verdict
    from cakwizard.showing.text import Form


_APART = [("--json", "--format"), ("--json", "--full"), ("--batch", "--json"), ("--batch", "--format")]
_APART += [("--batch", "ANSWERS.yaml")]


@click.command("walk", cls=SpokenHelp, help="help.walk.long")
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
@click.pass_context
def command(
    ctx: click.Context,
    answers_file: str | None,
    settings: tuple[str, ...],
    care_date: str | None,
    claim_date: str | None,
    language: str,
    as_json: bool,
    ids_only: bool,
    schema: bool,
    form: str | None,
    full: bool,
    cases_file: str | None,
    output: str | None,
    force: bool,
    tree_file: str | None,
) -> None:
    """Decide one case and leave with 0 when decided, 3 when open or out of range."""
    if schema:
        from cakwizard.showing.as_json import SCHEMA

        common.write_json(SCHEMA)
        return
    given = {"--json": as_json or ids_only, "--format": form, "--full": full, "--batch": cases_file}
    given["ANSWERS.yaml"] = answers_file
    for one, other in _APART:
        if given[one] and given[other]:
            raise UsageError(spoken("walk.together", one=one, other=other))
    if output is not None and cases_file is None:
        raise UsageError(spoken("walk.output_alone"))
    tree = common.load_named(tree_file)
    if cases_file is not None:
        from cakwizard.cli import batch

        dates = common.the_dates(care_date, claim_date)
        ctx.exit(batch.run(batch.Job(tree, tree_file, cases_file, output, settings, dates, language, force)))
    from cakwizard.deciding.answers import MAX_ANSWER_BYTES, AnswerFile, parse_settings, read_answers
    from cakwizard.deciding.decide import decide

    taken: list[Country] = []
    file = AnswerFile()
    if answers_file is not None:
        name = "<stdin>" if answers_file == "-" else answers_file
        file = read_answers(common.read_input(answers_file, limit=MAX_ANSWER_BYTES), name, tree, taken, language)
    answers = {**file.answers, **parse_settings(tree, settings, taken, language)}
    dates = common.the_dates(care_date, claim_date, file.care_date, file.claim_date)
    verdict = decide(tree, answers, dates.care_date, dates.claim_date)
    tell_taken(taken)
    if as_json or ids_only:
        from cakwizard.showing.as_json import verdict_to_dict

        common.write_json(verdict_to_dict(verdict, language, ids_only=ids_only))
    else:
        common.out(_text(verdict, language, form, full=full, assumed=dates.assumed))
    ctx.exit(0 if verdict.status == "decided" else 3)


def _text(verdict: Verdict, language: str, form: str | None, *, full: bool, assumed: bool) -> str:
    """Return the card, or all there is to say; what is asked for in a form is to paste, so no line is broken."""
    from cakwizard.saying.card import make_card
    from cakwizard.showing.text import card_text, full_text

    today = common.today()
    if form == "svg":
        from cakwizard.showing.terminal import card_svg

        questions = verdict.tree.questions
        trail = [(questions[one], questions[one].options[option]) for one, option in verdict.path]
        card = make_card(verdict, language, today=today, assumed=assumed)
        return card_svg(card, [(question.short[language], option.text[language]) for question, option in trail])
    kind: Form = "markdown" if form == "markdown" else "text"
    width = None if form else common.text_width()
    if full:
        return full_text(verdict, language, kind, today=today, assumed=assumed, width=width)
    return card_text(make_card(verdict, language, today=today, assumed=assumed), width, kind)


def tell_taken(taken: Iterable[Country]) -> None:
    """Say on standard error what a misspelt country was taken for, and which could be more than one."""
    for one in dict.fromkeys(taken):
        if one.guessed:
            common.err(say("walk.taken", typed=one.typed, name=one.name))
        elif len(one.options) > 1:
            common.err(say("walk.either", typed=one.typed, options=one.name))
