from pathlib import Path

from cellwright.terraform.install.fetch.store import Store, user_data


def test_it_is_in_the_users_data_folder(tmp_path: Path) -> None:
    assert user_data({"HOME": "/home/ada"}) == Path("/home/ada/.local/share/cellwright")
    assert user_data({"HOME": "/home/ada", "XDG_DATA_HOME": "relative"}) == user_data({"HOME": "/home/ada"})
    store = Store.of({"HOME": "/home/ada", "XDG_DATA_HOME": str(tmp_path)})
    assert store.path("tofu", "1.12.6") == tmp_path / "cellwright" / "binaries" / "tofu" / "1.12.6" / "tofu"


def test_only_what_is_whole_is_listed_newest_first(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.versions("tofu") == []
    for version in ("1.9.4", "1.12.6", "1.12.0-beta1", "no-version"):
        store.path("tofu", version).parent.mkdir(parents=True)
        store.path("tofu", version).write_text("program")
    store.path("tofu", "1.10.0").parent.mkdir()
    (tmp_path / "tofu" / "a-file").write_text("")

    assert store.versions("tofu") == ["1.12.6", "1.12.0-beta1", "1.9.4"]
    assert store.versions("terraform") == []
