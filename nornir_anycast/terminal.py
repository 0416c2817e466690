"""Text that came from a device or a file, made harmless for a terminal. Pure."""

from __future__ import annotations


def harmless(text: str) -> str:
    r"""Show what would move the cursor, change colours or reorder the line, instead of doing it.

    Newlines and tabs stay.

    >>> harmless("ns1\x1b[2J")
    'ns1\\x1b[2J'
    """
    return "".join(
        letter if letter.isprintable() or letter in "\n\t" else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )
