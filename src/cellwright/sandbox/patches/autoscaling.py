"""EC2 Auto Scaling."""

from moto.autoscaling.models import FakeScalingPolicy

from cellwright.sandbox.patching.patch import Moto, Patch, wrap_method


def _policies() -> None:
    def build(original: Moto, self: Moto, *arguments: Moto, **named: Moto) -> None:
        original(self, *arguments, **named)
        self.enabled = True
        self.predictive_scaling_configuration = self.predictive_scaling_configuration or None

    wrap_method(FakeScalingPolicy, "__init__", build)


PATCHES = (
    Patch(
        "scaling policies",
        "every policy was shown as disabled and with an empty predictive configuration",
        _policies,
    ),
)
