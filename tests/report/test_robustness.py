"""What the page shows of photos as people take them."""

from components.inspector.robustness import Example, Robustness
from report.robustness import changed_photos, changes_table

MEASURED = [
    Robustness("as it is", 6, 1.0, 0.0, 0.0, (Example(b"ph", b"fo", 1, 1, 0.99),)),
    Robustness("in shadow", 3, 0.5, 0.25, 0.125, (Example(b"ph", b"fo", 1, 0, 0.5),)),
]


def test_the_worst_change_is_first() -> None:
    assert changes_table(MEASURED).rows == [
        ("in shadow", "50.0%", "25.0%", "12.5%", "3"),
        ("as it is", "100.0%", "0.0%", "0.0%", "6"),
    ]


def test_examples_are_the_photo_what_was_found_and_the_answer() -> None:
    shadow, as_it_is = changed_photos(MEASURED, ("е", "ё"))
    assert shadow["change"] == "in shadow"
    assert shadow["examples"] == [
        {
            "photo": "data:image/jpeg;base64,cGg=",
            "found": "data:image/png;base64,Zm8=",
            "letter": "ё",
            "answer": "е",
            "probability": "50.0%",
            "wrong": True,
        }
    ]
    assert not as_it_is["examples"][0]["wrong"]
