from dataclasses import replace

from cellwright.engine.unit.orphan import backend_of, environment_of, rebuild, recipe_of, upstreams_of
from cellwright.model.applied import AppliedHead, AppliedInput, AppliedUnit
from cellwright.model.unit import Backend, Unit
from cellwright.model.value import Json
from unit.engine.kit import APP, DIGESTER, NETWORK, make_unit

S3 = Backend(
    "s3",
    {
        "bucket": "states",
        "secret_key": "hidden",
        "assume_role": {"role_arn": "arn", "external_id": "x"},
        "assume_role_with_web_identity": {"web_identity_token": "hidden", "duration": "1h"},
    },
)


def remembered(unit: Unit, **inputs: AppliedInput) -> AppliedUnit:
    return AppliedUnit(
        head=AppliedHead(address=unit.address, fingerprint="f"),
        source_digest="s",
        source_label="l",
        backend_digest="b",
        inputs=inputs,
        outputs={},
        recipe=recipe_of(unit, {}, DIGESTER),
    )


def test_a_recipe_is_enough_to_make_the_unit_again() -> None:
    made = make_unit(backend=S3)
    stack = replace(made.stack, constants=(("kind", '"two"'),))
    unit = replace(made, stack=stack, needs=(NETWORK,), labels={"tier": "gold"})
    secret = make_unit(inputs={"password": "hunter2"}).inputs["password"]
    applied = remembered(
        unit, size=AppliedInput("d", sensitive=False, value=3), password=AppliedInput("e", sensitive=True)
    )
    again = rebuild(applied, {"password": secret})
    assert (again.address, again.stack, again.labels) == (APP, unit.stack, {"tier": "gold"})
    assert again.inputs["size"].value == 3
    assert again.inputs["password"] is secret
    assert upstreams_of(applied) == {NETWORK}


def test_no_credential_of_a_backend_is_remembered_however_deep() -> None:
    applied = remembered(make_unit(backend=S3))
    assert "hidden" not in str(applied.recipe)
    assert backend_of(applied).config == {
        "bucket": "states",
        "assume_role": {"role_arn": "arn", "external_id": "x"},
        "assume_role_with_web_identity": {"duration": "1h"},
    }


def test_after_a_failed_apply_the_inputs_are_those_it_was_tried_with() -> None:
    applied = remembered(make_unit(), size=AppliedInput("d", sensitive=False, value=3))
    tried: Json = {"size": {"digest": "e", "sensitive": False, "value": 4}}
    failed = replace(applied, recipe={**applied.recipe, "inputs": tried})
    assert rebuild(failed, {}).inputs["size"].value == 4


def test_an_environment_is_found_among_those_that_the_fleet_has() -> None:
    prod = {"AWS_PROFILE": "prod", "API_TOKEN": "hidden"}
    applied = remembered(make_unit(environment=prod))
    assert "hidden" not in str(applied.recipe)
    assert environment_of(applied, [{}, {"AWS_PROFILE": "dev"}, dict(prod)], DIGESTER) == prod


def test_without_an_environment_none_is_looked_for() -> None:
    assert environment_of(remembered(make_unit()), [], DIGESTER) == {}


def test_an_environment_that_nobody_has_any_more_is_not_replaced_by_another() -> None:
    applied = remembered(make_unit(environment={"AWS_PROFILE": "prod"}))
    assert environment_of(applied, [{}, {"AWS_PROFILE": "dev"}], DIGESTER) is None
