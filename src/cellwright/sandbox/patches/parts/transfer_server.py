"""Transfer Family's servers: their endpoints in a VPC, and what changes later."""

import json

from moto.ec2.models import ec2_backends
from moto.transfer.models import TransferBackend
from moto.transfer.responses import TransferResponse
from moto.transfer.types import ServerState

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods, wrap_method

# Names in requests, and the server's attributes.
_SETTINGS = {
    "Certificate": "certificate",
    "EndpointType": "endpoint_type",
    "LoggingRole": "logging_role",
    "PostAuthenticationLoginBanner": "post_authentication_login_banner",
    "PreAuthenticationLoginBanner": "pre_authentication_login_banner",
    "Protocols": "protocols",
    "SecurityPolicyName": "security_policy_name",
    "StructuredLogDestinations": "structured_log_destinations",
}
_DETAILS = {
    "AddressAllocationIds": "address_allocation_ids",
    "SubnetIds": "subnet_ids",
    "VpcEndpointId": "vpc_endpoint_id",
    "VpcId": "vpc_id",
}
_USER = {
    "HomeDirectory": "home_directory",
    "HomeDirectoryType": "home_directory_type",
    "Policy": "policy",
    "Role": "role",
}


def _endpoints() -> None:
    def create_server(original: Moto, self: Moto, **named: Moto) -> Moto:
        server = self.servers[original(self, **named)]
        details = server.endpoint_details
        if server.endpoint_type == "VPC" and not details.get("vpc_endpoint_id"):
            endpoint = _network(self).create_vpc_endpoint(
                vpc_id=details["vpc_id"],
                service_name=f"com.amazonaws.{self.region_name}.transfer.server",
                endpoint_type="Interface",
                policy_document=None,
                route_table_ids=[],
                subnet_ids=details.get("subnet_ids"),
                security_group_ids=details.get("security_group_ids"),
            )
            details["vpc_endpoint_id"] = endpoint.id
        return server.server_id

    def delete_server(original: Moto, self: Moto, server_id: str) -> None:
        server = self.servers.get(server_id)
        original(self, server_id)
        if server.endpoint_type == "VPC":
            _network(self).delete_vpc_endpoints([server.endpoint_details["vpc_endpoint_id"]])

    wrap_method(TransferBackend, "create_server", create_server)
    wrap_method(TransferBackend, "delete_server", delete_server)


def _network(backend: Moto) -> Moto:
    return ec2_backends[backend.account_id][backend.region_name]


def _changes() -> None:
    def start_server(self: Moto) -> str:
        _server(self).state = ServerState.ONLINE
        return "{}"

    def stop_server(self: Moto) -> str:
        _server(self).state = ServerState.OFFLINE
        return "{}"

    def update_server(self: Moto) -> str:
        request, server = json.loads(self.body), _server(self)
        _update(server.__dict__, _SETTINGS, request)
        _update(server.endpoint_details, _DETAILS, request.get("EndpointDetails", {}))
        return json.dumps({"ServerId": server.server_id})

    def update_user(self: Moto) -> str:
        request = json.loads(self.body)
        names = request["ServerId"], request["UserName"]
        user = self.transfer_backend.describe_user(*names)[1]
        _update(user.__dict__, _USER, request)
        if "HomeDirectoryMappings" in request:
            user.home_directory_mappings = [
                {name.lower(): value for name, value in mapping.items()}
                for mapping in request["HomeDirectoryMappings"]
            ]
        return json.dumps(dict(zip(("ServerId", "UserName"), names, strict=True)))

    add_methods(TransferResponse, start_server, stop_server, update_server, update_user)


def _server(response: Moto) -> Moto:
    return response.transfer_backend.describe_server(json.loads(response.body)["ServerId"])


def _update(target: Moto, names: dict[str, str], request: Moto) -> None:
    target.update({own: request[name] for name, own in names.items() if name in request})


SERVER_PATCHES = (
    Patch("endpoints of servers", "a server in a VPC had no endpoint there", _endpoints),
    Patch("changes of servers and users", "they couldn't be stopped, started or changed", _changes),
)
