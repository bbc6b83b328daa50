import pytest

from cellwright.relay.daemon.provider_side.methods import SERVICES, MethodKind, kind_of


@pytest.mark.parametrize(
    ("protocol", "name", "kind"),
    [
        (5, "GetSchema", MethodKind.SCHEMA),
        (6, "GetProviderSchema", MethodKind.SCHEMA),
        (5, "PrepareProviderConfig", MethodKind.CONFIG_CHECK),
        (6, "ValidateProviderConfig", MethodKind.CONFIG_CHECK),
        (5, "Configure", MethodKind.CONFIGURE),
        (6, "ConfigureProvider", MethodKind.CONFIGURE),
        (5, "Stop", MethodKind.STOP),
        (6, "StopProvider", MethodKind.STOP),
        (5, "ValidateResourceTypeConfig", MethodKind.UNCONFIGURED),
        (6, "MoveResourceState", MethodKind.UNCONFIGURED),
        (6, "CallFunction", MethodKind.UNCONFIGURED),
        (6, "ReadResource", MethodKind.CONFIGURED),
        (6, "PlanAction", MethodKind.CONFIGURED),
        (6, "InvokeAction", MethodKind.CHANGING),
        (5, "ApplyResourceChange", MethodKind.CHANGING),
        (6, "ConfigureStateStore", MethodKind.OWN),
        (6, "SomethingNew", MethodKind.OWN),
    ],
)
def test_kinds(protocol: int, name: str, kind: MethodKind) -> None:
    assert kind_of(SERVICES[protocol] + name, protocol) is kind


def test_another_protocols_service_is_unknown() -> None:
    assert kind_of("/tfplugin5.Provider/Configure", 6) is MethodKind.UNKNOWN
    assert kind_of("/tfplugin5.Provisioner/ProvisionResource", 5) is MethodKind.UNKNOWN


def test_go_plugins_own_services() -> None:
    assert kind_of("/grpc.health.v1.Health/Check", 5) is MethodKind.HEALTH
    assert kind_of("/plugin.GRPCBroker/StartStream", 5) is MethodKind.SILENT
    assert kind_of("/plugin.GRPCStdio/StreamStdio", 5) is MethodKind.SILENT
    assert kind_of("/plugin.GRPCController/Shutdown", 5) is MethodKind.SHUTDOWN
