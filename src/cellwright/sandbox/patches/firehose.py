"""Firehose."""

from moto.ec2.models import ec2_backends
from moto.firehose.models import FirehoseBackend
from moto.firehose.responses import FirehoseResponse

from cellwright.sandbox.patching.patch import Moto, Patch, parameter, wrap_method

# moto knows Elasticsearch, whose settings are the same.
_CREATE = "AmazonopensearchserviceDestinationConfiguration"
_KNOWN_AS = {
    "ElasticsearchDestinationConfiguration": _CREATE,
    "ElasticsearchDestinationUpdate": "AmazonopensearchserviceDestinationUpdate",
}
_KNOWN = "ElasticsearchDestinationDescription"
_MEANT = "AmazonopensearchserviceDestinationDescription"


def _opensearch() -> None:
    def get_param(original: Moto, self: Moto, name: str, *more: Moto) -> Moto:
        found = original(self, name, *more)
        if found is None and name in _KNOWN_AS:
            return original(self, _KNOWN_AS[name], *more)
        return found

    def create_delivery_stream(original: Moto, self: Moto) -> Moto:
        answer = original(self)
        if parameter(self, _CREATE):
            _stream(self.firehose_backend, parameter(self, "DeliveryStreamName")).opensearch = True
        return answer

    def describe_delivery_stream(original: Moto, self: Moto, name: str) -> Moto:
        answer = original(self, name)
        if vars(_stream(self, name)).get("opensearch"):
            for destination in answer["DeliveryStreamDescription"]["Destinations"]:
                destination[_MEANT] = destination.pop(_KNOWN)
        return answer

    wrap_method(FirehoseResponse, "_get_param", get_param)
    wrap_method(FirehoseResponse, "create_delivery_stream", create_delivery_stream)
    wrap_method(FirehoseBackend, "describe_delivery_stream", describe_delivery_stream)


def _networks() -> None:
    def describe_delivery_stream(original: Moto, self: Moto, name: str) -> Moto:
        answer = original(self, name)
        for destination in answer["DeliveryStreamDescription"]["Destinations"]:
            for settings in destination.values():
                if isinstance(settings, dict) and "VpcConfiguration" in settings:
                    settings["VpcConfigurationDescription"] = _with_vpc(self, settings["VpcConfiguration"])
        return answer

    wrap_method(FirehoseBackend, "describe_delivery_stream", describe_delivery_stream)


def _stream(backend: Moto, name: str) -> Moto:
    return backend.delivery_streams[name]


def _with_vpc(backend: Moto, network: Moto) -> dict[str, Moto]:
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    subnets = [ec2.get_subnet(subnet) for subnet in network["SubnetIds"]]
    return {**network, "VpcId": subnets[0].vpc_id}


PATCHES = (
    Patch(
        "OpenSearch as a destination",
        "a stream couldn't deliver to OpenSearch, only to Elasticsearch",
        _opensearch,
    ),
    Patch("networks of delivery streams", "the VPC of a stream was not returned", _networks),
)
