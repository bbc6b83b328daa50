"""The PDF of a certificate: every resource is in it, over as many pages as it takes, and text stays text."""

import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest
import typst

from cellwright.destruction.case import Case, Deed
from cellwright.destruction.document import Issue, document, text_of
from cellwright.destruction.standing import standing
from cellwright.documents.showing import showable
from cellwright.documents.typesetting import inputs, typeset
from cellwright.model.diagnostic import DiagnosticError
from unit.destruction.world import case, key, record

NOW = datetime(2026, 11, 2, tzinfo=UTC)
HOSTILE = '#panic("x") $x^2$ *b* _i_ @ref <label> `raw` // \\\\ #sys.inputs \\u202e\\u0000 "]' + "x" * 400


NAMED = {"digest": "ab" * 32, "file": "acme-certificate-1.json"}


def text(known: Case) -> str:
    issue = Issue(by=Deed(by="Ada", at="2026-11-02T00:00:00+00:00"), number=1)
    return text_of(document(known, standing(known, "", NOW), issue))


def made(known: Case) -> bytes:
    return typeset("certificate", text(known), NAMED, NOW)


def queried(known: Case) -> list[Any]:
    source = files("cellwright.documents").joinpath("certificate.typ").read_bytes()
    found = typst.query(source, "<resource>", sys_inputs=inputs(text(known), NAMED))
    return [item["value"] for item in json.loads(found)]


def test_every_resource_of_many_is_in_it() -> None:
    many = case(key(), *(record("aws_vpc", f"net{number}") for number in range(120)))
    names = queried(many)
    assert len(names) == 121
    assert names == [fate.name for fate in many.fates]
    pages = made(many).count(b"/Type /Page\\n")
    assert pages == 0 or pages > 5


@pytest.mark.parametrize("hostile", [HOSTILE, "x" * 5000, "]#" * 100, "שלום 你好 é \\ud83d\\ude00"])
def test_text_from_elsewhere_is_never_markup(hostile: str) -> None:
    spoilt = case(
        record("aws_vpc", hostile, id=hostile, keys=(hostile,)),
        requested=Deed(by=hostile, at=hostile, vouched=hostile, reason=hostile),
        gaps=(hostile,),
    )
    (name,) = queried(spoilt)
    assert name == json.loads(showable(json.dumps(spoilt.fates[0].name)))
    assert made(spoilt).startswith(b"%PDF-")


def test_a_certificate_of_nothing_is_one_too() -> None:
    assert queried(case()) == []
    assert made(case()).startswith(b"%PDF-")


def test_the_document_lies_in_it_and_its_digest_is_named() -> None:
    found = made(case(key()))
    assert b"sha256:" + b"ab" * 32 in found
    assert b"acme-certificate-1.json" in found


def test_what_can_t_be_typeset_is_a_finding() -> None:
    with pytest.raises(DiagnosticError, match="can't be made"):
        typeset("certificate", "no JSON", NAMED, NOW)
