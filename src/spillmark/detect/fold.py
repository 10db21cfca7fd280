"""How texts are compared without regard to case: Unicode NFKC and case folding, the same for rules and for events."""

from unicodedata import normalize


def fold(text: str) -> str:
    """Gives the folded form of a text; for ASCII it is the lower-cased text.

    Source: Unicode Standard, section 3.13, "Default Caseless Matching" (compatibility caseless match).
    """
    return text.lower() if text.isascii() else normalize("NFKC", normalize("NFKC", text).casefold())
