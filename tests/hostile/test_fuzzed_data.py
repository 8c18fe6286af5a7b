"""CSVs and images of any bytes: only the documented errors come out, and what is accepted is in order.

`make fuzz` drives the same tests by coverage (research/fuzz.py).
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.hostile.image_seeds import BEGINNINGS, PIXELS, image_seeds
from tests.hostile.png_files import CHUNK_NAMES, chunk, plain, png
from tests.hostile.promises import HEADER, ROWS, check_csv, check_image, check_photo

quick = settings(deadline=None, database=None, derandomize=True, max_examples=200)

WHOLE = "\n".join([HEADER, *ROWS, ""]).encode()
pieces = st.sampled_from(
    [*HEADER.split(","), *ROWS, HEADER, "а", "1", "a.png", "../x.png", "/etc/passwd", ",", '"', "''", ";", "\\", " ",
     "\n", "\r", "\r\n", "\0", "\ufeff", "\u2028", "\x1a"]
)  # fmt: skip
texts = st.lists(pieces | st.text(max_size=3), max_size=20).map(lambda parts: "".join(parts).encode(errors="replace"))

rows = st.lists(pieces, max_size=6).map(",".join)
tables = st.lists(rows, max_size=6).map(lambda lines: "\n".join([HEADER, *lines]).encode())


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Draws bytes with up to five places replaced, removed or filled in."""
    data = whole
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(data)))
        data = data[:start] + draw(st.binary(max_size=4)) + data[start + draw(st.integers(0, 4)) :]
    return data


@quick
@given(content=st.binary(max_size=200) | damaged(WHOLE) | texts | texts.map(lambda text: WHOLE + text) | tables)
@example(content=HEADER.encode() + b'\n"\r"\n\r"')
@example(content=WHOLE + b'"' * 33 + b"\r\r\n,")
@example(content=(HEADER + "," * 40).encode())
def test_any_csv_gives_records_that_are_in_order_or_one_line(content: bytes) -> None:
    with TemporaryDirectory(prefix="fuzz-") as folder:
        check_csv(Path(folder), content)


sides = st.integers(0, 20) | st.integers(0, 2**32 - 1)
extras = st.builds(chunk, st.sampled_from(CHUNK_NAMES), st.binary(max_size=40))
contents = (
    st.binary(max_size=300)
    | st.sampled_from(image_seeds()).flatmap(damaged)
    | st.builds(bytes.__add__, st.sampled_from(BEGINNINGS), st.binary(max_size=200))
    | st.builds(chunk, st.sampled_from(CHUNK_NAMES), st.binary(max_size=40)).map(
        lambda extra: plain(PIXELS, extra=extra)
    )
    | st.builds(
        png,
        st.tuples(sides, sides),
        st.binary(max_size=500),
        bits=st.sampled_from([1, 2, 3, 4, 8, 16]),
        kind=st.integers(0, 7),
        lace=st.integers(0, 2),
    )
)


@settings(quick, max_examples=500)
@given(contents)
def test_any_bytes_are_an_image_or_a_reason(content: bytes) -> None:
    with TemporaryDirectory(prefix="fuzz-") as folder:
        check_image(Path(folder), content)


@settings(quick, max_examples=500)
@given(contents)
def test_any_bytes_are_a_photo_or_one_line(content: bytes) -> None:
    with TemporaryDirectory(prefix="fuzz-") as folder:
        check_photo(Path(folder), content)
