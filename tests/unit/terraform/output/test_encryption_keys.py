import pytest

from cellwright.model.names import means_secret
from cellwright.terraform.output.encryption_keys import encryption_keys

HCL = """
key_provider "pbkdf2" "main" {
  passphrase = "correct horse"
}
key_provider "aws_kms" "kms" {
  kms_key_id = "a-name"
  region     = "eu-central-1"
  secret_key = "wJalrXUtnFEMI"
}
method "aes_gcm" "main" {
  keys = key_provider.pbkdf2.main
}
state {
  method   = method.aes_gcm.main
  enforced = true
}
"""
JSON = (
    '{"key_provider": {"static": {"old": {"key": "6f6f"}}, "openbao": [{"a": {"token": "s.abc"}}]}, "n": 1}'
)


@pytest.mark.parametrize(
    ("configuration", "keys"),
    [
        (HCL, ["correct horse", "wJalrXUtnFEMI"]),
        (JSON, ["6f6f", "s.abc"]),
        ('key_provider "x" {', []),
        ("{", []),
        ("[" * 100_000, []),
        ("", []),
    ],
)
def test_the_keys_are_found(configuration: str, keys: list[str]) -> None:
    assert encryption_keys(configuration) == keys


def test_the_variable_itself_counts_as_a_secret() -> None:
    assert means_secret("TF_ENCRYPTION")
    assert not means_secret("MY_TF_ENCRYPTION_MODE")
