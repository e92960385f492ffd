"""`cakwizard walk`: decide one case without asking."""

from __future__ import annotations

import click

from cakwizard.answers import MAX_ANSWER_BYTES
from cakwizard.answers import AnswerFile
from cakwizard.answers import parse_settings
from cakwizard.answers import read_answers
from cakwizard.cli import common
from cakwizard.cli.helping import SpokenHelp
from cakwizard.cli.helping import name_files
from cakwizard.errors import Issue
from cakwizard.errors import UsageError
from cakwizard.interface import pick_language
from cakwizard.presenting import verdict_json
from cakwizard.walking import decide

__all__ = ["command"]


@click.command("walk", cls=SpokenHelp, help="help.walk.long")
@click.argument("answers_file", metavar="[ANSWERS.yaml|-]", shell_complete=name_files, required=False)
@click.option("--set", "settings", metavar="QUESTION=OPTION[,OPTION]", multiple=True, help="help.option.set")
@click.option("--date", "care_date", metavar="YYYY-MM-DD", help="help.option.date")
@click.option("--claim-date", metavar="YYYY-MM-DD", help="help.option.claim_date")
@click.option("--lang", type=click.Choice(["nl", "en"]), help="help.option.lang")
@click.option("--json", "as_json", is_flag=True, help="help.option.json")
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), help="help.option.format")
@click.option("--tree", "tree_file", metavar="FILE", shell_complete=name_files, help="help.option.tree")
@click.pass_context
def command(
    ctx: click.Context,
    answers_file: str | None,
    settings: tuple[str, ...],
    care_date: str | None,
    claim_date: str | None,
    lang: str | None,
    as_json: bool,
    form: str | None,
    tree_file: str | None,
) -> None:
    """Decide one case and leave with 0 when decided, 3 when open or out of range."""
    outer = ctx.parent.params if ctx.parent else {}
    form = form or outer.get("form")
    if as_json and form is not None:
        raise UsageError(
            Issue(message="--json and --format both say how to write the outcome", hint="give one of them")
        )
    tree = common.the_tree(tree_file or outer.get("tree_file"))
    given = AnswerFile()
    if answers_file is not None:
        name = "<stdin>" if answers_file == "-" else answers_file
        given = read_answers(common.read_input(answers_file, limit=MAX_ANSWER_BYTES), name, tree)
    answers = {**given.answers, **parse_settings(tree, settings)}
    dates = common.the_dates(
        care_date or outer.get("care_date"), claim_date or outer.get("claim_date"), given.care_date, given.claim_date
    )
    language = pick_language(lang or outer.get("lang"))
    verdict = decide(tree, answers, dates.care_date, dates.claim_date)
    if as_json:
        common.write_json(verdict_json(verdict, language))
    elif form is not None:
        from cakwizard.formats import format_verdict

        common.write_text(format_verdict(verdict, form, language, assumed=dates.assumed, today=common.today()))
    else:
        from cakwizard.rendering import print_verdict

        print_verdict(verdict, language, assumed=dates.assumed, today=common.today())
    ctx.exit(0 if verdict.status == "decided" else 3)
