"""The model card: every figure, the limits, and code that can be copied."""

import ast
import os
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from core.errors import printable
from report.model_card import model_card
from tests.report.conftest import Known


def test_card_tells_figures_limits_thresholds_and_versions(full: Known) -> None:
    card = model_card(*full)
    assert card.startswith("# Handwritten letters, version 7\n")
    assert "Letters of people who did not write for it are read less well" in card
    assert "| accuracy | 97.73% (93.53% to 99.22%) |" in card
    assert "| ш | 50.00% (15.00% to 85.00%) | 4 |" in card
    assert "| graph | 100.00% (" in card
    assert "| accuracy of all test photos | 97.73% | 95.00% |" in card
    assert "expected calibration error | 0.40" in card
    assert "| in shadow | 75.0% | 12.5% | 25.0% | 12 |\n| as it is |" in card
    assert 'tf.saved_model.load("/out/serving_model/7")' in card
    assert "- tfx 1." in card
    assert "\n\n\n" not in card


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ({"git_commit": "1" * 40, "modified": False}, f"- this project: commit {'1' * 40}\n"),
        ({"git_commit": "1" * 40, "modified": True}, f"{'1' * 40}, and changes that are in no commit\n"),
        ({"git_commit": None, "modified": None}, "- this project: commit unknown\n"),
    ],
)
def test_card_tells_the_commit(full: Known, code: dict, said: str) -> None:
    assert said in model_card(full[0] | {"code": code}, full[1])


def test_model_of_generated_letters_says_so(full: Known) -> None:
    summary, outcome = full
    card = model_card(summary | {"data": summary["data"] | {"generated": True}}, outcome)
    assert "GENERATED letters, not photos" in card
    assert "people who did not write for it" not in card


def test_photos_of_a_user_s_own_are_not_said_to_be_those_of_the_public_set(full: Known) -> None:
    card = model_card(*full)
    assert "Kaggle" not in card
    assert " her" not in card.replace(" here", "")


@pytest.mark.parametrize(
    "name",
    [
        "`ls` ``x``",
        "```\n# Title",
        "a\n\n| b | c |\n|---|---|\n| d | e |",
        "<img src=x onerror=alert(1)>",
        "</code><script>alert(1)</script>",
        '"); import os; ("',
        "'; rm -rf ~; '",
        "[a](http://example.org)",
        "*x* _y_ & &lt;",
        " `",
        "\u202e\x1b[31m",
        os.fsdecode(b"\xff"),
    ],
)
def test_names_from_outside_stay_text(full: Known, name: str) -> None:
    folder = f"/out/{name}"
    summary, outcome = full
    outside = {"data": summary["data"] | {"folder": name}, "pushed_model": f"{folder}/serving_model/7"}
    card = model_card(summary | outside, outcome)
    markdown = MarkdownIt("commonmark").enable("table")
    plain, hostile = (TextAndMarks(markdown.render(text)) for text in (model_card(*full), card))
    assert hostile.marks == plain.marks
    assert printable(name) in hostile.text
    # The code that is to be copied does what it should, and nothing else.
    (line,) = (line for line in card.splitlines() if line.startswith("model = "))
    assert (
        ast.literal_eval(line.removeprefix("model = tf.saved_model.load(").removesuffix(")"))
        == f"{folder}/serving_model/7"
    )
    card.encode()


class TextAndMarks(HTMLParser):
    """A page's text, and its tags in order."""

    def __init__(self, page: str):
        super().__init__()
        self.text, self.marks = "", []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.marks.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.text += data
