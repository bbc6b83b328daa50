"""Text from elsewhere, made safe to show: what can't be seen is written as an escape."""

from rich.text import Text

from cellwright.cli.screen import palette
from cellwright.model.text.visible import escaped, is_visible, visible

_LAYOUT = "\n\t"
"""What lays out a text of several lines; anywhere else it is escaped, too."""


def clean(text: str, keep: str = _LAYOUT) -> str:
    """Write every character that can't be seen as an escape."""
    return visible(text, keep)


def seen(text: Text, keep: str = _LAYOUT) -> Text:
    """Give a text with every character that can't be seen as an escape, in a colour of its own."""
    plain = text.plain
    if is_visible(plain):
        return text
    hidden = [at for at, item in enumerate(plain) if item not in keep and not is_visible(item)]
    if not hidden:
        return text
    shown = text.blank_copy()
    for part in text.divide(sorted({edge for at in hidden for edge in (at, at + 1)} - {0, len(plain)})):
        if len(part.plain) == 1 and part.plain not in keep and not is_visible(part.plain):
            shown.append(escaped(part.plain), style=palette.CAUTION)
        else:
            shown.append_text(part)
    return shown
