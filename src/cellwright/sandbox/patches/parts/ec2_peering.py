"""Connections between VPCs of different accounts and regions."""

from copy import copy

from moto.ec2.models.vpc_peering_connections import VPCPeeringConnectionBackend

from cellwright.sandbox.patching.patch import Moto, Patch, wrap_method


def _own_tags() -> None:
    def create(original: Moto, self: Moto, vpc: Moto, peer_vpc: Moto, tags: Moto = None) -> Moto:
        made = original(self, vpc, peer_vpc, tags)
        for backend in self.get_vpc_pcx_refs():
            if backend is not self and made.id in backend.vpc_pcxs:
                # A copy shares the state and the options of the connection; tags are found by the backend.
                seen = copy(made)
                seen.ec2_backend = backend
                backend.vpc_pcxs[made.id] = seen
        return made

    wrap_method(VPCPeeringConnectionBackend, "create_vpc_peering_connection", create)


PEERING_PATCHES = (
    Patch(
        "tags of peering connections", "the accepter saw the requester's tags instead of its own", _own_tags
    ),
)
