"""The provider protocols' methods, by what the relay must do with them (5.0 to 5.10, 6.0 to 6.10)."""

from enum import Enum, auto


class Role(Enum):
    """What a method means to the relay."""

    SCHEMA = auto()
    """The schemas of everything: answered from the cache, cut down."""
    IDENTITIES = auto()
    """The identity schemas: the same."""
    PREPARE = auto()
    """The check of a provider configuration: clean answers may be remembered."""
    CONFIGURE = auto()
    """Gives the connection a provider process of its own."""
    UNCONFIGURED = auto()
    """Terraform may ask it of a provider that was never configured."""
    CONFIGURED = auto()
    """Needs the connection's own, configured provider."""
    STOP = auto()
    HEALTH = auto()
    HOLD = auto()
    """A stream of go-plugin that stays open and silent."""
    SHUTDOWN = auto()
    UNKNOWN = auto()


SERVICES = {5: "/tfplugin5.Provider/", 6: "/tfplugin6.Provider/"}
SCHEMA_METHODS = {5: "/tfplugin5.Provider/GetSchema", 6: "/tfplugin6.Provider/GetProviderSchema"}
IDENTITY_METHODS = {version: f"{service}GetResourceIdentitySchemas" for version, service in SERVICES.items()}
SHUTDOWN_METHOD = "/plugin.GRPCController/Shutdown"

_OF_PROVIDER = {
    "GetSchema": Role.SCHEMA,
    "GetProviderSchema": Role.SCHEMA,
    "GetResourceIdentitySchemas": Role.IDENTITIES,
    "PrepareProviderConfig": Role.PREPARE,
    "ValidateProviderConfig": Role.PREPARE,
    "Configure": Role.CONFIGURE,
    "ConfigureProvider": Role.CONFIGURE,
    "Stop": Role.STOP,
    "StopProvider": Role.STOP,
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
_OF_PLUGIN = {
    "/grpc.health.v1.Health/Check": Role.HEALTH,
    "/plugin.GRPCStdio/StreamStdio": Role.HOLD,
    "/plugin.GRPCBroker/StartStream": Role.HOLD,
    SHUTDOWN_METHOD: Role.SHUTDOWN,
}


def role_of(method: str, protocol: int) -> Role:
    """Say what to do with `method` on a connection that speaks `protocol`.

    A method of the provider's service that the relay does not know counts as one that needs a configured
    provider: there it is passed on as it is, and refusing it anywhere else fails closed.
    """
    service = SERVICES[protocol]
    if not method.startswith(service):
        return _OF_PLUGIN.get(method, Role.UNKNOWN)
    name = method.removeprefix(service)
    if name in _UNCONFIGURED:
        return Role.UNCONFIGURED
    return _OF_PROVIDER.get(name, Role.CONFIGURED)
