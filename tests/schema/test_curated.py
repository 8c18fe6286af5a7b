"""The curated schema owns the labels: their texts, their order, and what is refused."""

from pathlib import Path

import pytest

from core.errors import UserError
from schema.curated import read_labels, read_schema

FEATURE = 'feature { name: "letter" type: BYTES domain: "letters" }\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "schema.pbtxt"
    path.write_text(text, encoding="utf-8")
    return path


def domain(*values: str) -> str:
    return 'string_domain { name: "letters" ' + " ".join(f'value: "{value}"' for value in values) + " }"


def test_labels_are_the_33_lower_case_russian_letters_in_the_order_of_the_alphabet() -> None:
    assert "".join(read_labels()) == "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"


def test_a_label_may_have_several_characters_and_is_composed(tmp_path: Path) -> None:
    assert read_labels(written(tmp_path, FEATURE + domain("ни\u0306", "alpha"))) == ("н\u0439", "alpha")


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ((), "the schema names 0 labels; write two or more into the string_domain of letter"),
        (("а",), "the schema names 1 labels; write two or more into the string_domain of letter"),
        (("а", "б", "а"), "the schema names a label twice: а"),
    ],
)
def test_too_few_or_repeated_labels_are_refused(tmp_path: Path, values: tuple[str, ...], problem: str) -> None:
    with pytest.raises(UserError) as told:
        read_labels(written(tmp_path, FEATURE + domain(*values)))
    assert str(told.value) == problem


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"feature {", "not a TFDV schema: "),
        (b'feature { nam: "x" }', 'not a TFDV schema: 1:11 : .* has no field named "nam"'),
        (b"feature { type: LETTER }", "not a TFDV schema: "),
        ("буква".encode("cp1251"), "not a TFDV schema: "),
        (b"", "not a TFDV schema of the photos: it names no feature"),
        (None, "cannot be read: No such file or directory"),
    ],
    ids=["cut", "unknown field", "unknown type", "no text", "empty", "missing"],
)
def test_what_is_no_schema_is_told_in_one_line_with_its_path(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    path = tmp_path / "schema.pbtxt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=problem) as told:
        read_schema(path)
    assert str(told.value).startswith(f"{path}: ")
    assert "\n" not in str(told.value)
