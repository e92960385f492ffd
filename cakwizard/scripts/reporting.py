"""A failed case in the author's words: what was expected, what came, where it turned off."""

from __future__ import annotations

from cakwizard.interface import words
from cakwizard.scripts.running import Problem
from cakwizard.scripts.running import Run

__all__ = ["failure_text", "problem_text"]


def problem_text(problem: Problem, language: str) -> str:
    """Return one unmet expectation as a sentence."""
    say = words(language)
    key = f"test.problem.{problem.key}"
    if not say.has(key):
        key = "test.problem.other"
    return say(key, what=problem.key, expected=problem.expected, came=problem.came or "-")


def failure_text(run: Run, language: str) -> str:
    """Return everything about a failed case, a line each; the place of a step is that of its route."""
    say = words(language)
    lines = [problem_text(problem, language) for problem in run.problems]
    if run.path and run.verdict is not None:
        tree = run.verdict.tree
        lines.append(say("test.path"))
        for route in run.path:
            step = f"  {route.location}: {tree.nodes[route.node].question} = {route.option}"
            lines.append(f"{step}   <- {say('test.turned')}" if route is run.turn else step)
    if run.verdict is not None and run.verdict.nearest is not None:
        nearest = run.verdict.nearest
        step = f"{nearest.question} = {nearest.route.option}"
        day = run.verdict.care_date
        lines.append(say("test.no_route", place=nearest.route.location, step=step, day=day))
    return "\n".join(lines)
