from pathlib import Path

from cellwright.terraform.process.tail import MAX_LINE, OutputTail


def test_lines_come_as_they_are_completed(tmp_path: Path) -> None:
    path = tmp_path / "out"
    tail = OutputTail(path)
    assert tail.read() == []
    with path.open("ab", buffering=0) as out:
        out.write(b"one\ntw")
        assert tail.read() == ["one"]
        assert tail.read() == []
        out.write(b"o\r\nthree")
        assert tail.read() == ["two"]
        assert tail.read(last=True) == ["three"]
        assert tail.read(last=True) == []
    tail.close()


def test_bytes_that_are_no_text_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"\xff\xfe\n")
    tail = OutputTail(tmp_path / "out")

    assert tail.read() == ["��"]
    tail.close()


def test_an_overlong_line_is_cut_and_the_next_one_is_whole(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"a" * (3 * MAX_LINE) + b"\nnext\n" + b"b" * (2 * MAX_LINE))
    tail = OutputTail(tmp_path / "out")

    lines = tail.read(last=True)

    assert [len(line) for line in lines] == [MAX_LINE, 4, MAX_LINE]
    assert lines[1] == "next"
    tail.close()


def test_a_line_just_at_the_limit_is_whole(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"a" * MAX_LINE + b"\nnext\n")
    tail = OutputTail(tmp_path / "out")

    assert [len(line) for line in tail.read(last=True)] == [MAX_LINE, 4]
    tail.close()


def test_a_descriptor_is_followed_and_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with path.open("w+b", buffering=0) as file:
        tail = OutputTail(file.fileno())
        file.write(b"one\ntw")
        assert tail.read() == ["one"]
        file.write(b"o\n")  # where the writer was: reading has not moved it
        assert tail.read() == ["two"]
        tail.close()
        assert not file.closed
        file.write(b"three")
    assert path.read_bytes() == b"one\ntwo\nthree"


def test_nothing_to_follow() -> None:
    assert OutputTail(-1).read() == []
