from cellwright.model.fetched_module import (
    FetchedModule,
    FetchRecord,
    modules_from_json,
    modules_to_json,
    moved,
    newest,
)

VPC = FetchedModule("vpc", "source-1", "1.2.0", "content", "0123456789abcdef")
APP = FetchedModule("app.inner", "source-2", "", "commit", "a" * 40)


def test_only_another_module_of_the_same_source_has_moved() -> None:
    newer = FetchedModule("vpc", "source-1", "1.3.0", "content", "fedcba9876543210")
    elsewhere = FetchedModule("app.inner", "source-3", "", "commit", "b" * 40)
    assert list(moved([VPC, APP], [newer, elsewhere, VPC])) == [
        "module vpc has moved: 1.2.0 content 0123456789ab -> 1.3.0 content fedcba987654"
    ]
    assert not list(moved([], [VPC]))
    assert not list(moved([VPC], []))


def test_modules_are_read_as_they_were_written() -> None:
    assert modules_from_json(modules_to_json([VPC, APP])) == (VPC, APP)
    assert modules_from_json(None) == ()


def test_the_newest_are_those_that_were_applied_last() -> None:
    old = FetchRecord("c/b/s", "tree", "2026-01-01", (VPC,))
    new = FetchRecord("c/a/s", "tree", "2026-01-02", (APP,))
    other = FetchRecord("c/a/t", "other", "2025-01-02", (VPC,))
    assert newest([new, old, other]) == {"tree": (APP,), "other": (VPC,)}
