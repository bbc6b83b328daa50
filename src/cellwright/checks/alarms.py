"""A check by CloudWatch alarms: none of them may ring."""

from collections.abc import Mapping, Sequence
from typing import Any

from cellwright.checks.verdict import PASSED, Checked, failed, unreadable
from cellwright.web.aws import make_client

_OK, _RINGS = "OK", "ALARM"


def check_alarms(
    names: Sequence[str], region: str, environment: Mapping[str, str], timeout: float
) -> Checked:
    """Ask for the alarms' states; one that is missing, or has no data, tells nothing."""
    try:
        client = make_client("cloudwatch", environment, seconds=timeout, region=region or None)
        states = _states(client, names)
    except ImportError:
        return unreadable("boto3 is not installed: install cellwright[aws]")
    except Exception as fault:  # noqa: BLE001  boto3's failures have no common base; none may end a rollout
        return unreadable(f"CloudWatch can't be read: {type(fault).__name__}")
    ringing = [name for name in names if states.get(name) == _RINGS]
    if ringing:
        return failed(
            f"the alarm {ringing[0]} rings" + (f", and {len(ringing) - 1} more" if ringing[1:] else "")
        )
    silent = [name for name in names if states.get(name) != _OK]
    if silent:
        state = states.get(silent[0])
        why = f"has the state {state}" if state else "does not exist"
        return unreadable(f"the alarm {silent[0]} {why}")
    return PASSED


def _states(client: Any, names: Sequence[str]) -> dict[str, str]:  # noqa: ANN401  boto3 ships no types
    found = client.describe_alarms(AlarmNames=list(names), AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    alarms = [*found.get("MetricAlarms", ()), *found.get("CompositeAlarms", ())]
    return {alarm["AlarmName"]: alarm["StateValue"] for alarm in alarms}
