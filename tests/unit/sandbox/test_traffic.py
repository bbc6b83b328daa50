"""Counting calls, and choosing faults for them."""

from cellwright.sandbox.calls import AwsCall, Protocol
from cellwright.sandbox.faults import ANY, Fault
from cellwright.sandbox.traffic import Traffic

SUBNET = AwsCall("ec2", "CreateSubnet", Protocol.EC2)
VPC = AwsCall("ec2", "CreateVpc", Protocol.EC2)
FAULT = Fault(service="ec2", action="CreateSubnet", status=403)


def struck(traffic: Traffic, *calls: AwsCall) -> list[bool]:
    return [traffic.next_fault(call) is not None for call in calls]


def test_without_faults_no_call_fails() -> None:
    assert struck(Traffic(), SUBNET, VPC) == [False, False]


def test_a_fault_hits_the_next_call_of_its_action_once() -> None:
    traffic = Traffic()
    traffic.add([FAULT])

    assert struck(traffic, VPC, SUBNET, SUBNET) == [False, True, False]


def test_a_fault_lets_calls_pass_first_and_then_hits_several() -> None:
    traffic = Traffic()
    traffic.add([Fault(service="ec2", action="CreateSubnet", status=503, skip=1, times=2)])

    assert struck(traffic, SUBNET, VPC, SUBNET, SUBNET, SUBNET) == [False, False, True, True, False]


def test_a_fault_for_anything_hits_anything() -> None:
    traffic = Traffic()
    traffic.add([Fault(service=ANY, action=ANY, status=503, times=2)])

    assert struck(traffic, VPC, SUBNET, VPC) == [True, True, False]


def test_of_two_faults_that_are_due_the_earlier_one_hits_and_both_have_seen_the_call() -> None:
    traffic = Traffic()
    later = Fault(service="ec2", action=ANY, status=500)
    traffic.add([FAULT, later])

    assert [traffic.next_fault(SUBNET), traffic.next_fault(SUBNET)] == [FAULT, None]


def test_cleared_faults_hit_nothing() -> None:
    traffic = Traffic()
    traffic.add([FAULT])
    traffic.clear_faults()

    assert struck(traffic, SUBNET) == [False]


def test_calls_are_counted_by_action_and_by_how_they_ended() -> None:
    traffic = Traffic()
    for call, failed in [(SUBNET, False), (SUBNET, True), (VPC, False)]:
        traffic.record(call, failed=failed)

    assert traffic.counts() == {"ec2 CreateSubnet": (2, 1), "ec2 CreateVpc": (1, 0)}

    traffic.clear_counts()
    assert traffic.counts() == {}
