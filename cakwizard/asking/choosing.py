"""One list of choices on the screen, from the first key to Enter.

What is typed is kept and shown, and matched as a whole: a letter, a number, a
country or the beginning of the words of one choice. So `ja` can never end on the
choice whose letter is `a`. Nothing is chosen until a key has chosen it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from typing import Any

import questionary
from prompt_toolkit.application import Application
from prompt_toolkit.application import get_app
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding import KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import FormattedTextControl
from prompt_toolkit.layout import HSplit
from prompt_toolkit.layout import Layout
from prompt_toolkit.layout import ScrollOffsets
from prompt_toolkit.layout import Window
from prompt_toolkit.layout.dimension import Dimension
from questionary.prompts.common import InquirerControl

from cakwizard.asking.matching import Misunderstood
from cakwizard.asking.matching import understand
from cakwizard.asking.protocol import Answer
from cakwizard.asking.protocol import Command
from cakwizard.asking.protocol import Prompt
from cakwizard.asking.protocol import Reply
from cakwizard.asking.wording import choice_lines
from cakwizard.asking.wording import misunderstood
from cakwizard.asking.wording import printable
from cakwizard.interface import words
from cakwizard.rendering import wrapped

if TYPE_CHECKING:
    from prompt_toolkit.formatted_text import StyleAndTextTuples

__all__ = ["Chooser"]

POINTER = "»"
NOTHING = -1
LONGEST_TYPED = 200
FEWEST_ROWS = 3
WIDEST = 80


class Chooser:
    """A list from which one choice is taken, or from which several are crossed."""

    def __init__(
        self,
        prompt: Prompt,
        language: str,
        *,
        several: bool,
        hint: bool = True,
        keys: Any = None,
        screen: Any = None,
        above: int = 0,
    ) -> None:
        """Prepare the list.

        Args:
            several: Whether choices are crossed instead of one being taken.
            hint: Whether to say how to choose; who has done it once needs the rows for other things.
            keys: A prompt_toolkit input; the terminal when None.
            screen: A prompt_toolkit output; the terminal when None.
            above: How many lines of the question should stay visible above a long list.
        """
        self._prompt = prompt
        self._language = language
        self._say = words(language)
        self._several = several
        self._above = above
        self._hint = self._say("menu.several") if several else self._say("menu.hint") if hint else ""
        self._typed = ""
        self._note = ""
        self._reply: Reply | Misunderstood | None = None
        self._crossed: set[str] = set()
        question = questionary.select(
            prompt.text,
            [questionary.Choice(one.text, value=one.id) for one in prompt.choices],
            use_jk_keys=False,
            use_emacs_keys=False,
            show_description=False,
            input=keys,
            output=screen,
            erase_when_done=True,
        )
        self._question = question
        app: Application[Any] = question.application
        self._list = next(
            window.content for window in app.layout.find_all_windows() if isinstance(window.content, InquirerControl)
        )
        self._list.pointed_at = NOTHING
        app.key_bindings = self._bindings()
        app.layout = self._layout()

    def run(self) -> Reply:
        """Return the choice or the command; for several choices an answer that may be empty."""
        reply = self._question.unsafe_ask()
        assert isinstance(reply, Answer | Command)  # noqa: S101 - every way out of the list gives one
        return reply

    # What is on the screen.

    def _layout(self) -> Layout:
        control = FormattedTextControl(self._draw_choices)
        choices = Window(
            control,
            always_hide_cursor=True,
            scroll_offsets=ScrollOffsets(top=self._lines_of_pointed),
            height=lambda: Dimension(min=1, max=self._rows_for_choices()),
            dont_extend_height=True,
        )
        below = FormattedTextControl(self._draw_below, focusable=True, show_cursor=True)
        status = Window(
            below,
            height=lambda: Dimension.exact(len(self._below())),
            wrap_lines=True,
            dont_extend_height=True,
        )
        return Layout(HSplit([choices, status]), focused_element=status)

    def _width(self) -> int:
        return min(get_app().output.get_size().columns - 1, WIDEST)

    def _rows_for_choices(self) -> int:
        rows = get_app().output.get_size().rows - len(self._below()) - self._above
        return max(FEWEST_ROWS, rows)

    def _choice_lines(self, number: int) -> list[str]:
        """Return one choice as it is drawn: the pointer, a cross where several are taken, number, text, letter."""
        sign, text = choice_lines(self._prompt)[number]
        pointer = POINTER if number == self._list.pointed_at else " "
        cross = ""
        if self._several:
            cross = "[x] " if self._prompt.choices[number].id in self._crossed else "[ ] "
        return wrapped(text, self._width(), first=f"{pointer} {cross}{sign} ", break_words=True)

    def _draw_choices(self) -> StyleAndTextTuples:
        tokens: StyleAndTextTuples = []
        for number in range(len(self._prompt.choices)):
            pointed = number == self._list.pointed_at
            lines = self._choice_lines(number)
            style = "class:highlighted" if pointed else "class:text"
            tokens.append((style, "\n".join(lines[:-1]) + "\n" if lines[:-1] else ""))
            if pointed:
                # The window scrolls until this line is in sight, and by its offset the lines above it.
                tokens.append(("[SetCursorPosition]", ""))
            tokens.append((style, lines[-1] if number == len(self._prompt.choices) - 1 else f"{lines[-1]}\n"))
        return tokens

    def _lines_of_pointed(self) -> int:
        """Return how many lines of the pointed choice lie above its last."""
        return 0 if self._list.pointed_at == NOTHING else len(self._choice_lines(self._list.pointed_at)) - 1

    def _below(self) -> list[str]:
        """Return the lines under the list: a hint or note, what was typed, the other keys."""
        width = self._width()
        lines: list[str] = []
        if sum(len(self._choice_lines(number)) for number in range(len(self._prompt.choices))) > self._room():
            lines += wrapped(self._say("menu.more", count=len(self._prompt.choices)), width)
        if self._note or self._hint:
            lines += wrapped(self._note or self._hint, width)
        keys = "menu.keys" if Command.WHY in self._prompt.commands else "menu.keys_short"
        return [*lines, *wrapped(self._say(keys), width), *self._typed_lines(width)]

    def _room(self) -> int:
        """Return how many rows there are for choices and notes together, the usual note being two."""
        return get_app().output.get_size().rows - self._above - FEWEST_ROWS - 1

    def _typed_lines(self, width: int) -> list[str]:
        doubt = ""
        if isinstance(self._reply, Misunderstood) and len(self._typed) > 1:
            doubt = f"  ({self._say('menu.either' if self._reply.either else 'menu.unfit')})"
        lines = wrapped(self._typed + doubt, width, first=self._say("line.prompt"))
        return lines or [self._say("line.prompt")]

    def _draw_below(self) -> StyleAndTextTuples:
        lines = self._below()
        last = len(self._typed_lines(self._width()))
        tokens: StyleAndTextTuples = [("class:instruction", f"{line}\n") for line in lines[:-last]]
        tokens.append(("class:answer", "\n".join(lines[-last:])))
        # The cursor needs a cell to stand on.
        tokens += [("[SetCursorPosition]", ""), ("class:answer", " ")]
        return tokens

    # What the keys do.

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()

        @bindings.add(Keys.Any)
        def _(event: KeyPressEvent) -> None:
            self._type(event.data)

        @bindings.add(Keys.BracketedPaste)
        def _(event: KeyPressEvent) -> None:
            self._type(event.data.splitlines()[0] if event.data.strip() else "")

        @bindings.add(Keys.Backspace)
        def _(event: KeyPressEvent) -> None:
            self._retype(self._typed[:-1])

        @bindings.add(Keys.Escape)
        @bindings.add(Keys.Escape, Keys.Enter)
        @bindings.add(Keys.ControlU)
        def _(event: KeyPressEvent) -> None:
            self._retype("")

        @bindings.add(" ")
        def _(event: KeyPressEvent) -> None:
            if self._several and not self._typed and self._list.pointed_at != NOTHING:
                self._cross({self._prompt.choices[self._list.pointed_at].id})
            else:
                self._type(" ")

        @bindings.add(Keys.Down)
        @bindings.add(Keys.Tab)
        def _(event: KeyPressEvent) -> None:
            self._point(self._list.pointed_at + 1)

        @bindings.add(Keys.Up)
        @bindings.add(Keys.BackTab)
        def _(event: KeyPressEvent) -> None:
            self._point(self._list.pointed_at - 1 if self._list.pointed_at > 0 else len(self._prompt.choices) - 1)

        @bindings.add(Keys.Home)
        @bindings.add(Keys.PageUp)
        def _(event: KeyPressEvent) -> None:
            self._point(0)

        @bindings.add(Keys.End)
        @bindings.add(Keys.PageDown)
        def _(event: KeyPressEvent) -> None:
            self._point(len(self._prompt.choices) - 1)

        @bindings.add(Keys.Left)
        def _(event: KeyPressEvent) -> None:
            if Command.BACK in self._prompt.commands:
                event.app.exit(result=Command.BACK)

        @bindings.add(Keys.Enter)
        def _(event: KeyPressEvent) -> None:
            self._enter(event.app)

        @bindings.add(Keys.ControlC)
        @bindings.add(Keys.ControlQ)
        @bindings.add(Keys.SIGINT)
        def _(event: KeyPressEvent) -> None:
            event.app.exit(exception=KeyboardInterrupt)

        @bindings.add(Keys.ControlZ)
        def _(event: KeyPressEvent) -> None:
            # Where there is no shell to come back from, nothing happens.
            event.app.suspend_to_background()

        @bindings.add(Keys.ControlD)
        def _(event: KeyPressEvent) -> None:
            event.app.exit(exception=EOFError)

        return bindings

    def _type(self, text: str) -> None:
        self._retype((self._typed + printable(text))[:LONGEST_TYPED])

    def _retype(self, typed: str) -> None:
        """Match what is typed now, and point at the choice that it means, if it means one."""
        self._typed = typed
        self._note = ""
        self._reply = understand(typed, self._prompt) if typed.strip() else None
        self._list.pointed_at = NOTHING
        for number, one in enumerate(self._prompt.choices):
            meant = one.command or Answer(choices=frozenset({one.id}))
            if self._reply == meant or (isinstance(self._reply, Answer) and self._reply.choices == {one.id}):
                self._list.pointed_at = number

    def _point(self, number: int) -> None:
        self._typed, self._note, self._reply = "", "", None
        self._list.pointed_at = number % len(self._prompt.choices)

    def _enter(self, app: Application[Any]) -> None:
        reply = self._reply
        if reply is None and self._list.pointed_at != NOTHING:
            one = self._prompt.choices[self._list.pointed_at]
            reply = one.command or Answer(choices=frozenset({one.id}))
        if reply is Command.REPEAT:
            self._retype("")
        elif isinstance(reply, Misunderstood):
            note = misunderstood(reply, self._prompt, self._language)
            self._retype("")
            self._note = note
        elif self._several and isinstance(reply, Answer):
            self._cross(reply.choices)
        elif self._several and reply is None:
            app.exit(result=Answer(choices=frozenset(self._crossed)))
        elif reply is None:
            self._note = self._say("menu.nothing")
        else:
            app.exit(result=reply)

    def _cross(self, choices: Iterable[str]) -> None:
        self._crossed ^= set(choices)
        self._retype("")
