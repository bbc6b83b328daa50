from cellwright.model.text.suggestion import advice, nearest, nearest_three


def test_the_most_similar_name_is_the_nearest() -> None:
    assert nearest("replcas", ["replica", "replicas", "region"]) == "replicas"
    assert nearest("tier", ["tires"]) == "tires"
    assert nearest("tier", ["tires"], 0.8) is None
    assert nearest("x", []) is None


def test_advice_is_the_nearest_name_or_a_list() -> None:
    assert advice("replcas", ["region", "replicas"]) == "did you mean 'replicas'?"
    assert advice("zzz", ["b", "a", "a"]) == "known: a, b"
    assert advice("zzz", map(str, range(8))) == "known: 0, 1, 2, 3, 4, 5 and 2 more"
    assert advice("zzz", []) == ""


def test_up_to_three_names_are_near_the_most_like_first() -> None:
    known = ["client/acme", "client/acne", "client/acmes", "client/acme1", "base/west"]
    found = nearest_three("client/acmee", known)
    assert found[0] in {"client/acme", "client/acmes", "client/acme1"}
    assert len(found) == 3
    assert "base/west" not in found
