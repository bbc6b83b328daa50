import pytest

from cellwright.relay.daemon.methods import SERVICES, Role, role_of


@pytest.mark.parametrize(
    ("protocol", "name", "role"),
    [
        (5, "GetSchema", Role.SCHEMA),
        (6, "GetProviderSchema", Role.SCHEMA),
        (5, "PrepareProviderConfig", Role.PREPARE),
        (6, "ValidateProviderConfig", Role.PREPARE),
        (5, "Configure", Role.CONFIGURE),
        (6, "ConfigureProvider", Role.CONFIGURE),
        (5, "Stop", Role.STOP),
        (6, "StopProvider", Role.STOP),
        (5, "ValidateResourceTypeConfig", Role.UNCONFIGURED),
        (6, "MoveResourceState", Role.UNCONFIGURED),
        (6, "CallFunction", Role.UNCONFIGURED),
        (6, "ReadResource", Role.CONFIGURED),
        (6, "InvokeAction", Role.CONFIGURED),
        (6, "SomethingNew", Role.CONFIGURED),
    ],
)
def test_roles(protocol: int, name: str, role: Role) -> None:
    assert role_of(SERVICES[protocol] + name, protocol) is role


def test_another_protocols_service_is_unknown() -> None:
    assert role_of("/tfplugin5.Provider/Configure", 6) is Role.UNKNOWN
    assert role_of("/tfplugin5.Provisioner/ProvisionResource", 5) is Role.UNKNOWN


def test_go_plugins_own_services() -> None:
    assert role_of("/grpc.health.v1.Health/Check", 5) is Role.HEALTH
    assert role_of("/plugin.GRPCBroker/StartStream", 5) is Role.HOLD
    assert role_of("/plugin.GRPCStdio/StreamStdio", 5) is Role.HOLD
    assert role_of("/plugin.GRPCController/Shutdown", 5) is Role.SHUTDOWN
