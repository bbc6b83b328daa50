"""The methods of the provider protocols (5.0 to 5.11, 6.0 to 6.11), by how the relay handles them."""

from enum import Enum, auto


class MethodKind(Enum):
    """How the relay handles a method."""

    SCHEMA = auto()
    """The schemas of everything: answered from the cache, filtered."""
    IDENTITIES = auto()
    """The identity schemas: the same."""
    CONFIG_CHECK = auto()
    """The check of a provider configuration: clean answers may be cached."""
    CONFIGURE = auto()
    """Gives the connection a provider process of its own."""
    UNCONFIGURED = auto()
    """Terraform may call it on a provider that was never configured."""
    CONFIGURED = auto()
    """Needs the connection's own, configured provider."""
    CHANGING = auto()
    """The same, and it may change something in the world."""
    OWN = auto()
    """Needs the connection's own provider, whether configured or not: also each method that is not known."""
    STOP = auto()
    HEALTH = auto()
    SILENT = auto()
    """A stream of go-plugin that stays open and on which nothing is sent."""
    SHUTDOWN = auto()
    UNKNOWN = auto()


SERVICES = {5: "/tfplugin5.Provider/", 6: "/tfplugin6.Provider/"}
SCHEMA_METHODS = {5: "/tfplugin5.Provider/GetSchema", 6: "/tfplugin6.Provider/GetProviderSchema"}
IDENTITY_METHODS = {version: f"{service}GetResourceIdentitySchemas" for version, service in SERVICES.items()}
SHUTDOWN_METHOD = "/plugin.GRPCController/Shutdown"

_PROVIDER_METHODS = {
    "GetSchema": MethodKind.SCHEMA,
    "GetProviderSchema": MethodKind.SCHEMA,
    "GetResourceIdentitySchemas": MethodKind.IDENTITIES,
    "PrepareProviderConfig": MethodKind.CONFIG_CHECK,
    "ValidateProviderConfig": MethodKind.CONFIG_CHECK,
    "Configure": MethodKind.CONFIGURE,
    "ConfigureProvider": MethodKind.CONFIGURE,
    "Stop": MethodKind.STOP,
    "StopProvider": MethodKind.STOP,
}
_UNCONFIGURED = frozenset(
    (
        "GetMetadata",
        "GetFunctions",
        "CallFunction",
        "ValidateResourceTypeConfig",
        "ValidateResourceConfig",
        "ValidateDataSourceConfig",
        "ValidateDataResourceConfig",
        "ValidateEphemeralResourceConfig",
        "ValidateListResourceConfig",
        "ValidateActionConfig",
        "ValidateStateStoreConfig",
        "UpgradeResourceState",
        "UpgradeResourceIdentity",
        "MoveResourceState",
    )
)
_CONFIGURED = frozenset(
    (
        "ReadResource",
        "PlanResourceChange",
        "ImportResourceState",
        "GenerateResourceConfig",
        "ReadDataSource",
        "OpenEphemeralResource",
        "RenewEphemeralResource",
        "CloseEphemeralResource",
        "ListResource",
        "PlanAction",
    )
)
_CHANGING = frozenset(("ApplyResourceChange", "InvokeAction"))
_KINDS = (
    (_UNCONFIGURED, MethodKind.UNCONFIGURED),
    (_CONFIGURED, MethodKind.CONFIGURED),
    (_CHANGING, MethodKind.CHANGING),
)
_PLUGIN_METHODS = {
    "/grpc.health.v1.Health/Check": MethodKind.HEALTH,
    "/plugin.GRPCStdio/StreamStdio": MethodKind.SILENT,
    "/plugin.GRPCBroker/StartStream": MethodKind.SILENT,
    SHUTDOWN_METHOD: MethodKind.SHUTDOWN,
}


def kind_of(method: str, protocol: int) -> MethodKind:
    """The kind of `method` on a connection that speaks `protocol`.

    A method of the provider's service that the relay does not know is forwarded as it is, to a process that
    serves this connection alone from then on: that is what it would get without the relay.
    """
    service = SERVICES[protocol]
    if not method.startswith(service):
        return _PLUGIN_METHODS.get(method, MethodKind.UNKNOWN)
    name = method.removeprefix(service)
    for names, kind in _KINDS:
        if name in names:
            return kind
    return _PROVIDER_METHODS.get(name, MethodKind.OWN)
