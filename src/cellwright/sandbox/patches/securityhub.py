"""Security Hub."""

import json

from moto.securityhub import urls
from moto.securityhub.models import SecurityHubBackend
from moto.securityhub.responses import SecurityHubResponse

from cellwright.sandbox.patching.patch import Moto, Patch, add_methods, wrap_method

_SETTINGS = ("AutoEnableControls", "ControlFindingGenerator")


def _configuration() -> None:
    def update_security_hub_configuration(self: Moto) -> str:
        asked = json.loads(self.body)
        chosen = {name: asked[name] for name in _SETTINGS if name in asked}
        vars(self.securityhub_backend).setdefault("chosen", {}).update(chosen)
        return "{}"

    def describe_hub(original: Moto, self: Moto, hub_arn: str | None = None) -> dict[str, Moto]:
        return {**original(self, hub_arn), **vars(self).get("chosen", {})}

    add_methods(SecurityHubResponse, update_security_hub_configuration)
    wrap_method(SecurityHubBackend, "describe_hub", describe_hub)


def _standards() -> None:
    def batch_enable_standards(self: Moto) -> str:
        kept = _subscriptions(self)
        asked = [item["StandardsArn"] for item in json.loads(self.body)["StandardsSubscriptionRequests"]]
        made = {arn: _subscription(self, arn) for arn in asked}
        kept.update(made)
        return json.dumps({"StandardsSubscriptions": [*made.values()]})

    def get_enabled_standards(self: Moto) -> str:
        wanted = (json.loads(self.body) if self.body else {}).get("StandardsSubscriptionArns")
        found = [
            item
            for item in _subscriptions(self).values()
            if wanted is None or item["StandardsSubscriptionArn"] in wanted
        ]
        return json.dumps({"StandardsSubscriptions": found})

    def batch_disable_standards(self: Moto) -> str:
        given_up = json.loads(self.body)["StandardsSubscriptionArns"]
        kept = _subscriptions(self)
        gone = [
            kept.pop(arn) for arn, item in [*kept.items()] if item["StandardsSubscriptionArn"] in given_up
        ]
        return json.dumps(
            {"StandardsSubscriptions": [{**item, "StandardsStatus": "DELETING"} for item in gone]}
        )

    for verb in ("register", "get", "deregister"):
        urls.url_paths[f"{{0}}/standards/{verb}$"] = SecurityHubResponse.dispatch
    add_methods(SecurityHubResponse, batch_enable_standards, get_enabled_standards, batch_disable_standards)


def _subscriptions(response: Moto) -> dict[str, dict[str, Moto]]:
    """The standards that are switched on, by their ARNs."""
    kept: dict[str, dict[str, Moto]] = response.securityhub_backend.__dict__.setdefault("standards", {})
    return kept


def _subscription(response: Moto, arn: str) -> dict[str, Moto]:
    head, _, standard = arn.partition("::standards/")
    return {
        "StandardsSubscriptionArn": f"{head}:{response.current_account}:subscription/{standard}",
        "StandardsArn": arn,
        "StandardsInput": {},
        "StandardsStatus": "READY",
    }


def _administrator() -> None:
    def list_organization_admin_accounts(self: Moto) -> str:
        named = _organization_of(self)["admin_account_id"]
        found = [{"AccountId": named, "Status": "ENABLED"}] if named else []
        return json.dumps({"AdminAccounts": found, "Feature": "SecurityHub"})

    def disable_organization_admin_account(self: Moto) -> str:
        _organization_of(self)["admin_account_id"] = None
        return "{}"

    def update_organization_configuration(original: Moto, self: Moto, **asked: Moto) -> None:
        if configuration := asked.get("organization_configuration"):
            # Clients name the kind alone: how far it has got is AWS's to say.
            asked["organization_configuration"] = {"Status": "ENABLED", **configuration}
        original(self, **asked)

    wrap_method(SecurityHubBackend, "update_organization_configuration", update_organization_configuration)
    urls.url_paths["{0}/organization/admin$"] = SecurityHubResponse.dispatch
    urls.url_paths["{0}/organization/admin/disable$"] = SecurityHubResponse.dispatch
    add_methods(SecurityHubResponse, list_organization_admin_accounts, disable_organization_admin_account)


def _organization_of(response: Moto) -> dict[str, Moto]:
    """What holds for the organisation of the caller's account."""
    found: dict[str, Moto] = response.securityhub_backend._get_org_config()  # noqa: SLF001 - moto has no other way
    return found


PATCHES = (
    Patch(
        "hub configuration",
        "a hub's settings couldn't be changed, which clients do when they enable it",
        _configuration,
    ),
    Patch("standards", "there were no standards to judge by", _standards),
    Patch(
        "administrator", "who administers all accounts could be said, but not asked or undone", _administrator
    ),
)
