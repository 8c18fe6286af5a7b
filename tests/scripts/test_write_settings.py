"""docs/settings.md is what the code says."""

from scripts.write_settings import PAGE, page


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m scripts.write_settings"
