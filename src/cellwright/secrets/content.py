"""What is taken for a secret: a text or a JSON value that is neither empty nor huge."""

from collections.abc import Mapping, Sequence

from cellwright.model.text.json_text import PLAIN, read_json
from cellwright.model.value import Json
from cellwright.secrets.source import LIMIT, Content, SecretFault


def value_of(content: Content, steps: Sequence[str]) -> Json:
    """Give a source's content, or the part of it that `steps` lead to.

    Raises:
        SecretFault: there is no such part, or it is no text, empty or too large.
    """
    value: Json = content if isinstance(content, Mapping) else _text(content)
    for index, step in enumerate(steps):
        if isinstance(value, str):
            value = _document(value, ".".join(steps[:index]))
        value = _inside(value, step, ".".join(steps[:index]))
    _refuse_unusable(value)
    return value


def _text(content: bytes) -> str:
    if len(content) > LIMIT:
        raise _too_large()
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise SecretFault(
            "it is no text in UTF-8", "store it as text: bytes, for example, in base64"
        ) from None


def _document(text: str, place: str) -> Json:
    try:
        found: Json = read_json(text)
    except (ValueError, RecursionError):
        what = f"'{place}' of it" if place else "it"
        raise SecretFault(f"{what} is no JSON, so it has no keys", "leave out what follows '#'") from None
    return found


def _inside(value: Json, step: str, place: str) -> Json:
    what = f"'{place}' of it" if place else "it"
    if isinstance(value, Mapping):
        if step not in value:
            raise SecretFault(f"{what} has no key '{step}'", "correct what follows '#', or store the key")
        return value[step]
    if (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and step.isdigit()
        and int(step) < len(value)
    ):
        return value[int(step)]
    raise SecretFault(f"{what} has no part '{step}'", "correct what follows '#'")


def _refuse_unusable(value: Json) -> None:
    if value is None or value in ("", {}, []):
        raise SecretFault("it is empty", "store a value under this name, or take the reference out")
    text = value if isinstance(value, str) else PLAIN.write(value)
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise SecretFault("it is no text in UTF-8", "store it as text") from None
    if size > LIMIT:
        raise _too_large()
    if "\0" in text or (not isinstance(value, str) and "\\u0000" in text):
        raise SecretFault("it holds a zero byte", "store it as text: bytes, for example, in base64")


def _too_large() -> SecretFault:
    return SecretFault(f"it has more than {LIMIT:,} bytes", "keep large data elsewhere: this is for secrets")
