"""IAM Access Analyzer: analyzers and their tags. It finds nothing."""

from cellwright.sandbox.services.accessanalyzer.models import accessanalyzer_backends

__all__ = ["accessanalyzer_backends"]
