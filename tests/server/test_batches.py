"""Photos of several requests are read together, and each request gets its own answer."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from server.batches import Answer, Batches, UnreadableError
from server.limits import Limits


class Reader:
    """Says how long each photo is; one that begins with `!` cannot be decoded."""

    def __init__(self) -> None:
        self.asked: list[list[bytes]] = []

    def __call__(self, photos: Sequence[bytes]) -> Answer:
        self.asked.append(list(photos))
        if any(each.startswith(b"!") for each in photos):
            raise UnreadableError
        return {"length": np.array([len(each) for each in photos])}


@pytest.fixture
def reader() -> Reader:
    return Reader()


def run(work: Callable[[Batches], Coroutine[Any, Any, Any]], model: Any, limits: Limits | None = None) -> Any:
    async def all_of_it() -> Any:
        with ThreadPoolExecutor(1) as pool:
            return await work(Batches(model, pool, limits or Limits(batch_seconds=0.05)))

    return asyncio.run(all_of_it())


async def _together(batches: Batches, *requests: list[bytes]) -> list[Any]:
    return await asyncio.gather(*(batches.answer(photos) for photos in requests), return_exceptions=True)


def test_requests_are_read_in_one_go_and_answered_each(reader: Reader) -> None:
    requests = [b"a", b"bb"], [b"ccc"], [b"dddd"]
    answers = run(lambda batches: _together(batches, *requests), reader)
    assert [answer["length"].tolist() for answer in answers] == [[1, 2], [3], [4]]
    assert reader.asked == [[b"a", b"bb", b"ccc", b"dddd"]]


def test_no_batch_is_larger_than_it_may_be_but_for_a_request_that_is(reader: Reader) -> None:
    requests = [b"a"] * 2, [b"b"] * 2, [b"c"] * 5, [b"d"]
    run(lambda batches: _together(batches, *requests), reader, Limits(batch_photos=3))
    assert [len(photos) for photos in reader.asked] == [2, 2, 5, 1]


def test_broken_photo_spoils_no_other_request_and_is_named(reader: Reader) -> None:
    requests = *([b"x"] for _ in range(30)), [b"a", b"b", b"!", b"c"], [b"zz"]
    *others, broken, last = run(lambda batches: _together(batches, *requests), reader)
    assert [answer["length"].tolist() for answer in (*others, last)] == [[1]] * 30 + [[2]]
    assert isinstance(broken, UnreadableError)
    assert broken.index == 2
    # Not one by one: whoever sends broken photos should not make all others wait.
    assert len(reader.asked) < 20


def test_fault_of_the_model_reaches_whoever_waits_and_the_next_are_answered(reader: Reader) -> None:
    faults = iter([RuntimeError("out of memory")])

    def model(photos: Sequence[bytes]) -> Answer:
        for fault in faults:
            raise fault
        return reader(photos)

    async def work(batches: Batches) -> list[Any]:
        return [await _together(batches, [b"a"], [b"b"]), await _together(batches, [b"c"])]

    first, (second,) = run(work, model)
    assert [str(error) for error in first] == ["out of memory"] * 2
    assert second["length"].tolist() == [1]


def test_nobody_is_read_who_does_not_wait_any_more(reader: Reader) -> None:
    async def work(batches: Batches) -> Answer:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(batches.answer([b"late"]), 0.01)
        return await batches.answer([b"a"])

    assert run(work, reader)["length"].tolist() == [1]
    assert reader.asked == [[b"a"]]
