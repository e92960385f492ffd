"""The sentences that both ways of asking share: choices in a row, what was not understood and why."""

from __future__ import annotations

import os
import shutil
from typing import IO

from cakwizard.asking.matching import Misunderstood
from cakwizard.asking.protocol import Prompt
from cakwizard.countries import near_country
from cakwizard.interface import words

__all__ = ["choice_lines", "misunderstood", "printable", "takes", "window_width"]

LONGEST_SHOWN = 60
SHORTEST_COUNTRY = 3


def choice_lines(prompt: Prompt) -> list[tuple[str, str]]:
    """Return number and text of each choice; the letter stands behind the text, where it is read last."""
    return [
        (f"{number}.", f"{one.text} ({one.key})" if one.key else one.text)
        for number, one in enumerate(prompt.choices, 1)
    ]


def takes(prompt: Prompt, language: str) -> str:
    """Return what can be typed at this prompt."""
    say = words(language)
    letters = ", ".join(one.key for one in prompt.choices if one.key)
    key = "line.takes" if letters else "line.takes_numbers"
    text = say(key, count=len(prompt.choices), letters=letters)
    return f"{text} {say('line.takes_country')}" if prompt.country is not None else text


def misunderstood(reply: Misunderstood, prompt: Prompt, language: str) -> str:
    """Return why an answer was not taken, and what is."""
    say = words(language)
    typed = printable(reply.typed.strip())[:LONGEST_SHOWN]
    if reply.either:
        choices = f" {say('ask.or')} ".join(f'"{text}"' for text in reply.either)
        return f"{say('line.either', typed=typed, choices=choices)} {takes(prompt, language)}"
    near = near_country(typed) if prompt.country is not None and len(typed) >= SHORTEST_COUNTRY else None
    hint = f" {say('line.near', word=near)}" if near else ""
    return f"{say('line.unfit', typed=typed)}{hint} {takes(prompt, language)}"


def printable(text: str) -> str:
    """Return the text without the signs that steer a terminal."""
    return "".join(char for char in text if char.isprintable())


def window_width(stream: IO[str]) -> int:
    """Return the columns of the window that a stream writes to; what is no window counts as usual."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or shutil.get_terminal_size().columns
    except (OSError, ValueError):
        return shutil.get_terminal_size().columns
