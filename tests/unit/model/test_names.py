import pytest

from cellwright.model.names import means_secret


@pytest.mark.parametrize(
    "name",
    [
        *(
            "VAULT_TOKEN",
            "DD_API_KEY",
            "DD_APP_KEY",
            "OKTA_API_PRIVATE_KEY",
            "GOOGLE_CREDENTIALS",
            "PGPASSWORD",
        ),
        *("GCLOUD_KEYFILE_JSON", "KUBE_CLIENT_KEY_DATA", "CONSUL_HTTP_AUTH", "GITHUB_APP_PEM_FILE"),
        *("AWS_SECRET_ACCESS_KEY", "ARM_CLIENT_SECRET", "CLOUDFLARE_API_USER_SERVICE_KEY", "PG_CONN_STR"),
    ],
)
def test_a_variable_that_holds_a_secret_is_known_by_its_name(name: str) -> None:
    assert means_secret(name)


@pytest.mark.parametrize("name", ["VAULT_ADDR", "AWS_ACCESS_KEY_ID", "DD_HOST", "KUBE_HOST", "AWS_REGION"])
def test_another_one_is_shown(name: str) -> None:
    assert not means_secret(name)
