"""Numbers as people say them."""

import pytest

from report.wording import duration


@pytest.mark.parametrize(
    ("seconds", "said"), [(119.94, "119.9 s"), (120.0, "2 min 0 s"), (179.7, "3 min 0 s"), (3600, "60 min 0 s")]
)
def test_duration_never_says_sixty_seconds(seconds: float, said: str) -> None:
    assert duration(seconds) == said
