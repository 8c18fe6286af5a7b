"""Photos of many requests, read by the model in one go."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from itertools import accumulate, pairwise

import numpy as np

from server.limits import Limits

# By output: what a model answers for photos, [batch, ...].
Answer = dict[str, np.ndarray]
Model = Callable[[Sequence[bytes]], Answer]


class UnreadableError(ValueError):
    """A photo cannot be decoded.

    Attributes:
        index: Which of those that were asked about.
    """

    def __init__(self, index: int = 0):
        """Takes its place among them."""
        super().__init__(index)
        self.index = index


class Batches:
    """Gathers what is asked while the model reads, and for a moment before it does."""

    def __init__(self, model: Model, pool: Executor, limits: Limits):
        """Takes what reads photos and raises `UnreadableError` where one cannot be decoded, and where it may run."""
        self._model, self._pool, self._limits = model, pool, limits
        self._waiting: deque[tuple[Sequence[bytes], asyncio.Future[Answer]]] = deque()
        self._working: asyncio.Task[None] | None = None

    async def answer(self, photos: Sequence[bytes]) -> Answer:
        """Returns what the model answers for photos.

        Raises:
            UnreadableError: If one cannot be decoded; other requests' answers do not suffer by it.
        """
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((photos, future))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            if sum(len(photos) for photos, _ in self._waiting) < self._limits.batch_photos:
                await asyncio.sleep(self._limits.batch_seconds)
            # Nobody waits any more for those that took too long.
            taken = [(photos, future) for photos, future in self._take() if not future.done()]
            groups = [photos for photos, _ in taken]
            loop = asyncio.get_running_loop()
            answers = await loop.run_in_executor(self._pool, answer_each, self._model, groups)
            for (_, future), answer in zip(taken, answers, strict=True):
                if future.done():
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)

    def _take(self) -> list[tuple[Sequence[bytes], "asyncio.Future[Answer]"]]:
        taken = [self._waiting.popleft()]
        room = self._limits.batch_photos - len(taken[0][0])
        while self._waiting and len(self._waiting[0][0]) <= room:
            taken.append(self._waiting.popleft())
            room -= len(taken[-1][0])
        return taken


def answer_each(model: Model, groups: Sequence[Sequence[bytes]]) -> list[Answer | Exception]:
    """Returns what a model answers for each group of photos, or the error that it raised for that group alone."""
    if not groups:
        return []
    try:
        together = model([photo for group in groups for photo in group])
    except UnreadableError:
        if len(groups) == 1:
            return [UnreadableError(_first_unreadable(model, groups[0]))]
        # By halves, so that one who sends broken photos makes the others wait little.
        half = len(groups) // 2
        return [*answer_each(model, groups[:half]), *answer_each(model, groups[half:])]
    except Exception as error:
        return [error] * len(groups)
    ends = accumulate(map(len, groups), initial=0)
    return [{name: values[start:end] for name, values in together.items()} for start, end in pairwise(ends)]


def _first_unreadable(model: Model, photos: Sequence[bytes]) -> int:
    if len(photos) == 1:
        return 0
    half = len(photos) // 2
    try:
        model(photos[:half])
    except UnreadableError:
        return _first_unreadable(model, photos[:half])
    return half + _first_unreadable(model, photos[half:])
