"""Glue."""

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.glue.responses import GlueResponse

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods

# Names in requests, and the crawler's attributes.
_CRAWLER = {
    "Role": "role",
    "DatabaseName": "database_name",
    "Description": "description",
    "Targets": "targets",
    "Schedule": "schedule",
    "Classifiers": "classifiers",
    "TablePrefix": "table_prefix",
    "SchemaChangePolicy": "schema_change_policy",
    "RecrawlPolicy": "recrawl_policy",
    "LineageConfiguration": "lineage_configuration",
    "Configuration": "configuration",
    "CrawlerSecurityConfiguration": "crawler_security_configuration",
}


def _crawler_updates() -> None:
    def update_crawler(self: Moto) -> ActionResult:
        crawler = self.glue_backend.get_crawler(self.parameters["Name"])
        for name, own in _CRAWLER.items():
            if name in self.parameters:
                setattr(crawler, own, self.parameters[name])
        crawler.last_updated = utcnow()
        crawler.version += 1
        return ActionResult({})

    add_methods(GlueResponse, update_crawler)


PATCHES = (Patch("updates of crawlers", "a crawler couldn't be changed", _crawler_updates),)
