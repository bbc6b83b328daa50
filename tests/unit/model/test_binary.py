import pytest

from cellwright.model.binary import BinarySettings, BinaryVersion

LOWER = BinarySettings("/opt/terraform", None, ">= 1.9")


@pytest.mark.parametrize(
    ("upper", "found"),
    [
        (BinarySettings(), LOWER),
        (BinarySettings(version="1.11.4"), BinarySettings("/opt/terraform", None, "1.11.4")),
        (BinarySettings("tofu"), BinarySettings("tofu", None, ">= 1.9")),
        (BinarySettings(product="tofu"), BinarySettings(None, "tofu", ">= 1.9")),
        (BinarySettings("x", "tofu", "1.12.6"), BinarySettings("x", "tofu", "1.12.6")),
    ],
)
def test_what_names_a_program_replaces_both_names_of_a_lower_layer(
    upper: BinarySettings, found: BinarySettings
) -> None:
    assert upper.over(LOWER) == found


@pytest.mark.parametrize(
    ("settings", "program"),
    [
        (BinarySettings(), "terraform"),
        (BinarySettings(product="tofu"), "tofu"),
        (BinarySettings("./bin/tf", "tofu"), "./bin/tf"),
    ],
)
def test_what_is_looked_for(settings: BinarySettings, program: str) -> None:
    assert settings.program == program


def test_people_read_products_by_their_names() -> None:
    assert str(BinaryVersion("tofu", "1.12.6")) == "OpenTofu 1.12.6"
    assert str(BinaryVersion(None, "1.11.4")) == "version 1.11.4"
