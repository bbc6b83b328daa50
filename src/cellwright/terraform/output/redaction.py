"""Masking secrets in everything that is stored or shown."""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from urllib.parse import quote, quote_plus

from cellwright.model.text.number import number_text
from cellwright.model.value import Json
from cellwright.terraform.output.many_forms import MASK, MIN_LENGTH, ManyForms

__all__ = ["MASK", "MIN_LENGTH", "Redactor"]


MANY = 1_000
"""Beyond so many texts a pattern of them all would take longer than the command whose output it masks."""

LONG = 10_000
"""Characters of a text; a pattern with a longer one takes long to make."""

ENCODED_LENGTH = 6
"""Shorter values are masked as they are only: encoded, they are found everywhere by chance."""

_BYTES, _BITS = 3, 6
"""Base64 writes three bytes as four characters of six bits each."""

_SAME_EVERYWHERE = re.compile(r"[A-Za-z0-9 +/=_.,:;-]*\Z")
"""Texts that nobody escapes."""


class Redactor:
    """Masks a fixed set of values, as they are, as they look inside JSON, and encoded.

    A `public` name stays readable though a secret has the same text, or is a part of it. Everybody knows the
    name from elsewhere, so a mask in its place would tell the secret instead of hiding it. Whatever reaches
    beyond the name is masked.
    """

    __slots__ = ("_mask", "public")

    def __init__(self, secrets: Iterable[Json], public: Collection[str] = ()) -> None:
        texts = {text for secret in secrets for text in _texts(secret)}
        forms = {form for text in texts for form in _forms(text)}
        self.public = frozenset(filter(None, public))
        self._mask = _masking(forms, self.public) if forms else None

    def __call__(self, text: str) -> str:
        """Give `text` with every known secret masked."""
        return text if self._mask is None else self._mask(text)


def _masking(forms: set[str], public: Collection[str]) -> Callable[[str], str]:
    if len(forms) > MANY or max(map(len, forms)) > LONG:
        return ManyForms(forms)
    named = {form for form in forms if any(form in name for name in public)}
    if not named:
        return partial(_any_of(forms).sub, MASK)
    names = [name for name in public if any(form in name for form in named)]
    word = f"(?<![A-Za-z0-9])(?:{_any_of(names).pattern})(?![A-Za-z0-9])"
    others = _any_of(forms - named) if forms - named else None
    return partial(_masked_but, others, _any_of(named), re.compile(word))


def _any_of(texts: Collection[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(texts, key=len, reverse=True))))


def _masked_but(
    others: re.Pattern[str] | None, named: re.Pattern[str], names: re.Pattern[str], text: str
) -> str:
    """Mask what is in no name anywhere first; of the rest what is not within one of the names."""

    def masked(part: str) -> str:
        spans = [found.span() for found in names.finditer(part)]

        def kept(found: re.Match[str]) -> str:
            inside = any(start <= found.start() and found.end() <= end for start, end in spans)
            return found[0] if inside else MASK

        return named.sub(kept, part)

    return MASK.join(map(masked, others.split(text) if others is not None else (text,)))


def _texts(value: Json) -> Iterable[str]:
    """Every text inside `value`; also each line of a long one, since output is shown by lines."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, str):
        yield from (part for part in (value, *value.splitlines()) if len(part.strip()) >= MIN_LENGTH)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        yield from (text for text in (number_text(value),) if len(text) >= MIN_LENGTH)


def _forms(text: str) -> Iterable[str]:
    yield text
    if len(text) >= ENCODED_LENGTH:
        yield from _encoded(text)
    if _SAME_EVERYWHERE.match(text):
        return
    for escaped in (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]):
        yield escaped
        # Go's encoder also escapes what would matter in HTML.
        yield escaped.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        yield escaped.replace("${", "$${").replace("%{", "%%{")


def _encoded(text: str) -> Iterable[str]:
    """Yield a text in the other spellings in which programs repeat it: case, URL, hexadecimal, Base64."""
    content = text.encode("utf-8", "surrogatepass")
    yield from (text.upper(), text.lower(), content.hex())
    for form in (quote(content, safe=""), quote(content, safe="/"), quote_plus(content)):
        yield form
        yield re.sub("%[0-9A-F]{2}", lambda found: found.group().lower(), form)
    for offset in range(_BYTES):
        # A text may begin at any of three places within Base64, so only what it decides alone is looked for.
        written = b64encode(bytes(offset) + content).decode()
        first = -(-offset * 8 // _BITS)
        core = written[first : (offset + len(content)) * 8 // _BITS]
        if len(core) >= ENCODED_LENGTH:
            yield core
            yield core.replace("+", "-").replace("/", "_")
