"""Patterns of SQL's LIKE for words that a person gives."""

ESCAPE = "\\"
_ESCAPED = str.maketrans({character: f"{ESCAPE}{character}" for character in "\\%_"})


def escaped(words: str) -> str:
    """The words, none of whose characters stands for others, for a LIKE that names `ESCAPE`."""
    return words.translate(_ESCAPED)


def containing(words: str) -> str:
    """A pattern that matches every text with these words in it; both databases lower only ASCII letters."""
    lowered = "".join(letter.lower() if letter.isascii() else letter for letter in words)
    return f"%{escaped(lowered)}%"
