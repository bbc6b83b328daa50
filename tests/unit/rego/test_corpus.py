"""Every policy of the corpus is answered as OPA answers it, or refused with the place."""

import json

import pytest

from cellwright.rego.interpreter import PolicyFaultError, compile_modules
from cellwright.rego.messages import EvaluationRequest
from rego_case import FAILS, Answer, Case
from rego_corpus import ALL


def answered(case: Case) -> Answer:
    sources = (("p.rego", case.policy),)
    compiled = compile_modules(sources)
    assert compiled.readings[0].rules == ("deny",)
    (answer,) = compiled.answer(EvaluationRequest(sources, ("data.p.deny",), json.dumps(case.plan))).answers
    return json.loads(answer)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.source)
def test_as_opa_or_refused(case: Case) -> None:
    if not case.refused:
        assert case.opa != FAILS
        assert answered(case) == case.opa
        return
    with pytest.raises(PolicyFaultError) as caught:
        answered(case)
    faults = caught.value.reply.faults
    assert case.refused in "; ".join(fault.text for fault in faults)
    assert (
        all(fault.line > 1 and fault.path == "p.rego" for fault in faults)
        or "data.p.deny: " in faults[0].text
    )
