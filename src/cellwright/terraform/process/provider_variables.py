"""Which environment variables providers and state backends read, by their documentation and sources.

Patterns are used where the prefix is theirs alone; names where continuous integration sets variables of the
same prefix for itself (GITHUB_*, GITLAB_*, KUBERNETES_*). AWS_* is always passed, so it is not here.
"""

from collections.abc import Mapping

_GOOGLE = ("GOOGLE_*", "GCLOUD_*", "GCP_*", "CLOUDSDK_*", "USER_PROJECT_OVERRIDE")
_AZURE = ("ARM_*", "AZURE_*")
_KUBERNETES = ("KUBE_*", "KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT")
_ALIBABA = ("ALICLOUD_*", "ALIBABA_CLOUD_*")

_PROVIDERS: Mapping[str, tuple[str, ...]] = {
    "alicloud": _ALIBABA,
    "auth0": ("AUTH0_*",),
    "azapi": _AZURE,
    "azuread": _AZURE,
    "azuredevops": ("AZDO_*", *_AZURE),
    "azurerm": _AZURE,
    "cloudflare": ("CLOUDFLARE_*", "CF_*"),
    "consul": ("CONSUL_*",),
    "databricks": ("DATABRICKS_*", *_AZURE),
    "datadog": ("DD_*", "DATADOG_*"),
    "digitalocean": ("DIGITALOCEAN_*", "SPACES_*"),
    "dnsimple": ("DNSIMPLE_*",),
    "docker": ("DOCKER_*",),
    "elasticstack": ("ELASTICSEARCH_*", "KIBANA_*", "FLEET_*"),
    "fastly": ("FASTLY_*",),
    "github": (
        *("GITHUB_TOKEN", "GITHUB_OWNER", "GITHUB_ORGANIZATION", "GITHUB_BASE_URL"),
        *("GITHUB_APP_ID", "GITHUB_APP_INSTALLATION_ID", "GITHUB_APP_PEM_FILE", "GH_TOKEN"),
    ),
    "gitlab": ("GITLAB_TOKEN", "GITLAB_BASE_URL"),
    "google": _GOOGLE,
    "google-beta": _GOOGLE,
    "grafana": ("GRAFANA_*",),
    "hcloud": ("HCLOUD_*",),
    "hcp": ("HCP_*",),
    "helm": ("HELM_*", *_KUBERNETES),
    "kubectl": _KUBERNETES,
    "kubernetes": _KUBERNETES,
    "linode": ("LINODE_*",),
    "mongodbatlas": ("MONGODB_ATLAS_*", "MCLI_*"),
    "mysql": ("MYSQL_*",),
    "newrelic": ("NEW_RELIC_*", "NEWRELIC_*"),
    "nomad": ("NOMAD_*",),
    "oci": ("OCI_*",),
    "okta": ("OKTA_*",),
    "opsgenie": ("OPSGENIE_*",),
    "openstack": ("OS_*",),
    "pagerduty": ("PAGERDUTY_*",),
    "postgresql": ("PG*",),
    "rancher2": ("RANCHER_*",),
    "scaleway": ("SCW_*",),
    "sentry": ("SENTRY_*",),
    "snowflake": ("SNOWFLAKE_*",),
    "spacelift": ("SPACELIFT_*",),
    "splunk": ("SPLUNK_*",),
    "tencentcloud": ("TENCENTCLOUD_*",),
    "tfe": ("TFE_*", "TF_TOKEN_*"),
    "vault": ("VAULT_*", "TERRAFORM_VAULT_*"),
    "vsphere": ("VSPHERE_*",),
}

_BACKENDS: Mapping[str, tuple[str, ...]] = {
    "azurerm": _AZURE,
    "cloud": ("TF_CLOUD_*", "TF_TOKEN_*"),
    "consul": ("CONSUL_*",),
    "cos": ("TENCENTCLOUD_*",),
    "gcs": _GOOGLE,
    "http": ("TF_HTTP_*",),
    "kubernetes": _KUBERNETES,
    "oci": ("OCI_*",),
    "oss": _ALIBABA,
    "pg": ("PG*",),
    "remote": ("TF_TOKEN_*",),
}


def read_by_provider(kind: str) -> tuple[str, ...]:
    """Patterns of the variables that a provider reads, by its type (`vault`); none for one unknown here."""
    return _PROVIDERS.get(kind, ())


def read_by_backend(kind: str) -> tuple[str, ...]:
    """Patterns of the variables that a state backend reads; none for one unknown here."""
    return _BACKENDS.get(kind, ())
