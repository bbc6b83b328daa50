"""What is said of an offboarding beside its run."""

from dataclasses import replace

import pytest

from cellwright.cli.views.change import lives
from cellwright.model.offboarding import Phase
from golden.cli import life_samples, samples
from golden.rendering import drawn


@pytest.mark.parametrize("phase", Phase)
def test_only_the_run_that_destroys_is_gone_on_with_by_itself(phase: Phase) -> None:
    record = replace(life_samples.REFUSED.record, phase=phase)
    found = replace(life_samples.REFUSED, record=record, report=samples.APPLIED)
    told = drawn(lives.offboard_report(found), width=80)
    assert ("cellwright resume" in told) is (phase is Phase.DESTROYING)
