"""The page of JSON documents, made from the schemas by which the API answers."""

from collections.abc import Iterator
from importlib import import_module
from inspect import cleandoc
from pkgutil import iter_modules
from typing import Any

from pydantic import BaseModel

from cellwright.app.fleet.schema.schema_words import kind
from cellwright.console.wire import problems, schemas
from docs_site.reference.markdown import cell, table

_HEAD = """# JSON documents

Made from the code: the documents by which the API answers. A command with `--json` prints the same document
where both tell the same. [Commands](../commands.md#for-programs) lists which command prints what.
Fields may be added, never renamed.

"""


def documents_page() -> str:
    """Write the page."""
    lines: list[str] = []
    for module in document_modules():
        lines += [f"## {_title(module)}", ""]
        for model in models_of(module):
            lines += _document(model)
    return _HEAD + "\n".join(lines)


def _title(module: Any) -> str:  # noqa: ANN401  a module's names have no type
    return str(module.__doc__).splitlines()[0].removesuffix(".").removesuffix(", as documents")


def document_modules() -> list[Any]:
    """The modules that hold schemas."""
    found = (import_module(f"{schemas.__name__}.{item.name}") for item in iter_modules(schemas.__path__))
    return [problems, *found]


def models_of(module: Any) -> list[type[BaseModel]]:  # noqa: ANN401  a module's names have no type
    """The schemas that a module defines, in its order."""
    return [
        found
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, BaseModel) and found.__module__ == module.__name__
    ]


def _document(model: type[BaseModel]) -> Iterator[str]:
    schema = model.model_json_schema()
    yield from (f"### {model.__name__}", "", cell(cleandoc(model.__doc__ or "")), "")
    rows = (
        (f"`{name}`", kind(part, linked=True), part.get("description", ""))
        for name, part in schema.get("properties", {}).items()
    )
    for line in table(("field", "value", "meaning"), rows):
        yield line.replace("\\[", "[")
