"""Flow logs that are written into a folder of a bucket."""

from moto.ec2.models.flow_logs import FlowLogsBackend

from cellwright.sandbox.patching.patch import Moto, Patch, wrap_method


def _folders() -> None:
    def create(original: Moto, self: Moto, *rest: Moto, log_destination: Moto, **named: Moto) -> Moto:
        bucket = (log_destination or "").partition("/")[0] or log_destination
        in_bucket = named.get("log_destination_type") == "s3"
        made, failed = original(
            self, *rest, log_destination=bucket if in_bucket else log_destination, **named
        )
        for flow_log in made:
            flow_log.log_destination = log_destination
        return made, failed

    wrap_method(FlowLogsBackend, "create_flow_logs", create)


FLOW_LOG_PATCHES = (
    Patch("folders of flow logs", "a flow log could be written into a bucket, but into no folder", _folders),
)
