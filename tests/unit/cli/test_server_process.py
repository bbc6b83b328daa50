import gc
import sys

from cellwright.cli.server_process import server_process, settle


def test_threads_change_more_often_within_the_block_only() -> None:
    before, interval = gc.get_threshold(), sys.getswitchinterval()
    with server_process():
        assert gc.get_threshold()[0] > before[0]
        assert gc.isenabled()
        assert sys.getswitchinterval() < interval
    assert gc.get_threshold() == before
    assert sys.getswitchinterval() == interval


def test_what_is_there_is_left_out_of_later_searches() -> None:
    gc.unfreeze()
    try:
        kept: list[dict[str, int]] = [{} for _ in range(100)]
        settle()
        assert gc.get_freeze_count() > len(kept)
        assert not any(item is kept for item in gc.get_objects())
    finally:
        gc.unfreeze()
