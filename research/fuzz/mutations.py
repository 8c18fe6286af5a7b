"""Ways to make an input of another that get further than blind changes of bytes."""

import zlib
from collections.abc import Callable
from random import Random

from research.fuzz.png_files import CHUNK_NAMES, SIGNATURE, chunk, chunks

# Changes some bytes, blindly.
Mutate = Callable[[bytes], bytes]
Mutation = Callable[[bytes, Mutate, Random], bytes]

_BLIND = 1 / 8
_MOST_PIXEL_BYTES = 2**16


def text(data: bytes, mutate: Mutate, random: Random) -> bytes:
    """Mutates bytes so that they mostly stay UTF-8: what is none is refused before it is read."""
    mutated = mutate(data)
    return mutated if random.random() < _BLIND else mutated.decode(errors="ignore").encode()


def image(data: bytes, mutate: Mutate, random: Random) -> bytes:
    """Mutates a PNG chunk by chunk, each with a right checksum: readers stop at wrong ones. Others blindly."""
    parts = list(chunks(data))
    if not parts or random.random() < _BLIND:
        return mutate(data)
    place = random.randrange(len(parts))
    parts[place : place + 1] = random.choice((_changed, _renamed, _repeated, _swapped))(parts[place], mutate, random)
    return SIGNATURE + b"".join(chunk(name, content) for name, content in parts)


_Chunk = tuple[bytes, bytes]


def _changed(part: _Chunk, mutate: Mutate, random: Random) -> list[_Chunk]:
    name, content = part
    if name == b"IDAT" and random.random() < 1 / 2:
        return [(name, _repacked(content, mutate))]
    return [(name, mutate(content))]


def _repacked(content: bytes, mutate: Mutate) -> bytes:
    """Mutates the pixels, not their compressed form."""
    try:
        pixels = zlib.decompressobj().decompress(content, _MOST_PIXEL_BYTES)
    except zlib.error:
        return mutate(content)
    return zlib.compress(mutate(pixels))


def _renamed(part: _Chunk, mutate: Mutate, random: Random) -> list[_Chunk]:
    return [(random.choice(CHUNK_NAMES), part[1])]


def _repeated(part: _Chunk, mutate: Mutate, random: Random) -> list[_Chunk]:
    return [part] * random.choice((0, 2, 2, 3))


def _swapped(part: _Chunk, mutate: Mutate, random: Random) -> list[_Chunk]:
    new = (random.choice(CHUNK_NAMES), mutate(part[1][:64]))
    return random.choice(([new, part], [part, new]))
