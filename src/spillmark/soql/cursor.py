"""Where the parser stands in the tokens, and the few moves that grammar rules make."""

from collections.abc import Iterator
from contextlib import contextmanager

from spillmark.soql.fault import SoqlError, fault, shown
from spillmark.soql.lexer import Token, tokens

DEEPEST = 100
"""Levels of parentheses, functions and subqueries; a deeper query is refused, never a stack overflow."""


class Cursor:
    """A place in the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = tokens(text)
        self._index = 0
        self._depth = 0

    @property
    def here(self) -> Token:
        """The token that comes next."""
        return self._tokens[self._index]

    def ahead(self, steps: int = 1) -> Token:
        """The token `steps` behind the next one, the last one where there are fewer."""
        return self._tokens[min(self._index + steps, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Gives the next token and moves on."""
        token = self.here
        if token.kind != "end":
            self._index += 1
        return token

    def at_word(self, *words: str) -> bool:
        """Tells whether the next tokens are these keywords."""
        return all(
            self.ahead(step).kind == "word" and self.ahead(step).upper == word for step, word in enumerate(words)
        )

    def at_symbol(self, symbol: str) -> bool:
        """Tells whether the next token is this sign."""
        return self.here.kind == "symbol" and self.here.text == symbol

    def accept(self, *words: str) -> bool:
        """Moves over these keywords if they come next."""
        found = self.at_word(*words)
        if found:
            self._index += len(words)
        return found

    def accept_symbol(self, symbol: str) -> bool:
        """Moves over this sign if it comes next."""
        found = self.at_symbol(symbol)
        if found:
            self._index += 1
        return found

    def expect(self, word: str) -> Token:
        """Moves over a keyword that must come next.

        Raises:
            SoqlError: something else comes.
        """
        if not self.at_word(word):
            raise self.unexpected(word)
        return self.take()

    def expect_symbol(self, symbol: str) -> Token:
        """Moves over a sign that must come next.

        Raises:
            SoqlError: something else comes.
        """
        if not self.at_symbol(symbol):
            raise self.unexpected(shown(symbol))
        return self.take()

    def unexpected(self, wanted: str, *, hint: str | None = None) -> SoqlError:
        """Makes the error for something else than what was wanted."""
        found = "the query ends" if self.here.kind == "end" else f"found {shown(self.here.text)}"
        return fault(self.text, self.here.at, f"expected {wanted}, but {found}", hint=hint)

    def wrong(self, token: Token, message: str, *, hint: str | None = None) -> SoqlError:
        """Makes the error for a token that may not stand where it stands."""
        return fault(self.text, token.at, message, hint=hint)

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Counts one level of nesting.

        Raises:
            SoqlError: more than `DEEPEST` levels.
        """
        self._depth += 1
        if self._depth > DEEPEST:
            raise self.wrong(self.here, f"nested more than {DEEPEST} levels deep")
        try:
            yield
        finally:
            self._depth -= 1
