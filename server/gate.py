"""Who may ask, how much at a time, and for how long."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

from prometheus_client import Gauge
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from server.limits import Limits

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_T = TypeVar("_T")


class Gate:
    """What every request that is more than a look goes through."""

    def __init__(self, limits: Limits, is_loopback: bool, working: Gauge):
        """Takes the bounds, whether only this machine can reach the server, and what shows how many are inside."""
        self._limits, self._is_loopback, self._shown = limits, is_loopback, working
        self._working = 0

    @asynccontextmanager
    async def entered(self, request: Request) -> AsyncIterator[bytes]:
        """Yields a request's body.

        Raises:
            HTTPException: If it may not come in, is too large, or comes too slowly.
        """
        if refusal := self._refusal(request):
            # A client that is still sending would not hear of it.
            await self._body(request, most=0)
            raise refusal
        self._working += 1
        self._shown.set(self._working)
        try:
            yield await self._body(request, self._limits.body_bytes)
        finally:
            self._working -= 1
            self._shown.set(self._working)

    async def in_time(self, answer: Awaitable[_T]) -> _T:
        """Returns an answer.

        Raises:
            HTTPException: If it takes too long.
        """
        try:
            return await asyncio.wait_for(answer, self._limits.seconds)
        except asyncio.TimeoutError:
            raise HTTPException(504, f"no answer within {self._limits.seconds:g} s; ask for less at a time") from None

    def _refusal(self, request: Request) -> HTTPException | None:
        # Browsers name the page that asks; without a name it is none.
        origin, host = request.headers.get("origin"), request.headers.get("host", "")
        if origin is not None:
            asking = origin.partition("://")[2]
            # On loopback the name counts too: a stranger's may have been made to mean this machine.
            is_known = not self._is_loopback or re.sub(r":\d+$", "", host) in LOOPBACK
            if asking != host or not is_known:
                return HTTPException(403, "asked by a page of another site")
        if self._working >= self._limits.requests:
            told = f"{self._limits.requests} requests are being answered; ask again in a second"
            return HTTPException(429, told, {"Retry-After": "1"})
        return None

    async def _body(self, request: Request, most: int) -> bytes:
        """Returns a body of at most so many bytes; of a larger one what it is too large for, when it has come in."""
        try:
            return await asyncio.wait_for(_read(request, most), self._limits.seconds)
        except asyncio.TimeoutError:
            raise HTTPException(408, f"the request did not come in within {self._limits.seconds:g} s") from None
        except ClientDisconnect:
            raise HTTPException(400, "the client has gone") from None


async def _read(request: Request, most: int) -> bytes:
    # Read to its end, lest the client be cut off while it sends, and see no answer; but not kept.
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size <= most:
            parts.append(part)
    if most and size > most:
        raise HTTPException(413, f"a body of {size} bytes; a request may have {most}")
    return b"".join(parts)
