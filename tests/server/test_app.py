"""The server as its clients see it: answers, bounds, and who is turned away."""

import json
import re
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import tensorflow as tf

from components.pusher.versions import add_version
from core.features import IMAGE_FOLDER, PIXELS, SERVING_SIGNATURE, TRANSFORM_SIGNATURE
from server.batches import Answer
from server.corrections import Corrections
from server.limits import Limits
from server.models import Models
from tests.server.servers import LABELS, PREDICT, FakeModels, SlowReader, b64, photo, running

ONE = {"instances": [b64(photo())]}


@pytest.fixture(scope="module")
def client(models: Models) -> Iterator[httpx.Client]:
    with running(models) as client:
        yield client


def error_of(answer: httpx.Response) -> tuple[int, str]:
    content = answer.json()
    assert list(content) == ["error"]
    return answer.status_code, content["error"]


def sample(client: httpx.Client, name: str) -> float:
    """The value of a metric, 0 where there is none yet."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", client.get("/metrics").text, re.M)
    return float(found[1]) if found else 0.0


def test_exported_model_answers_what_it_answers_without_a_server(exported_model: Path, letters_folder: Path) -> None:
    photos = [path.read_bytes() for path in sorted((letters_folder / IMAGE_FOLDER).iterdir())[:9]]
    signatures = tf.saved_model.load(str(exported_model)).signatures
    model = Models(exported_model, Limits())
    model.look()
    request: dict[str, Any] = {"instances": [b64(each) for each in photos]}
    with running(model) as client:
        rows = client.post(PREDICT, json=request).json()["predictions"]
        crops = client.post(PREDICT, json={**request, "signature_name": TRANSFORM_SIGNATURE}).json()["predictions"]
    alone = signatures[SERVING_SIGNATURE](image=tf.constant(photos))
    assert [row["letter"] for row in rows] == [letter.decode() for letter in alone["letter"].numpy()]
    assert [row["label"] for row in rows] == alone["label"].numpy().tolist()
    for row, expected in zip(rows, alone["probabilities"].numpy().tolist(), strict=True):
        assert row["probabilities"] == pytest.approx(expected, abs=1e-6)
    pixels = signatures[TRANSFORM_SIGNATURE](image=tf.constant(photos))[PIXELS].numpy()
    np.testing.assert_allclose(crops, pixels, atol=1e-6)


def test_version_is_asked_for_by_its_number(client: httpx.Client) -> None:
    for path in ("", "/versions/1"):
        answer = client.post(f"/v1/models/letters{path}:predict", json=ONE)
        assert answer.json()["predictions"][0]["letter"] == "а"
        assert client.get(f"/v1/models/letters{path}").json()["model_version_status"][0]["state"] == "AVAILABLE"
        assert client.get(f"/v1/models/letters{path}/metadata").json()["model_spec"]["version"] == "1"


@pytest.mark.parametrize("number", ["2", "0", "01", "-1", "x", "9" * 5000])
def test_version_that_is_not_served_is_not_found(client: httpx.Client, number: str) -> None:
    path = f"/v1/models/letters/versions/{number}"
    for answer in (client.get(path), client.get(f"{path}/metadata"), client.post(f"{path}:predict", json=ONE)):
        status, error = error_of(answer)
        assert (status, error.partition(": ")[0]) == (404, "Servable not found for request")


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/v1/models/other", 404), ("GET", "/page/../command.py", 404), ("GET", "/page/%2e%2e/command.py", 404),
    ("GET", PREDICT, 405), ("DELETE", "/", 405), ("POST", "/corrections", 404),
])  # fmt: skip
def test_what_there_is_not_is_told_in_the_same_form(client: httpx.Client, method: str, path: str, status: int) -> None:
    assert error_of(client.request(method, path))[0] == status


def test_broken_photo_is_named(client: httpx.Client) -> None:
    cut = {"instances": [b64(photo(1)), b64(photo(2)[:-60])]}
    assert error_of(client.post(PREDICT, json=cut)) == (400, "photo 1: cannot be decoded")
    unknown = client.post(PREDICT, json={**ONE, "signature_name": "<b>"})
    assert error_of(unknown) == (400, "no such signature; there are serving_default, transform_features")


def test_no_request_is_lost_while_versions_come_and_go(small_models: dict[str, Path], tmp_path: Path) -> None:
    serving = tmp_path / "serving"
    add_version(small_models["а"], serving)
    served = Models(serving, Limits())
    served.look()
    read: list[str] = []
    with running(served, limits=Limits(poll_seconds=0.05)) as client, ThreadPoolExecutor(4) as threads:
        ending = threading.Event()

        def ask() -> None:
            while not ending.is_set():
                answer = client.post(PREDICT, json=ONE)
                read.append(answer.json()["predictions"][0]["letter"] if answer.status_code == 200 else answer.text)

        asking = [threads.submit(ask) for _ in range(4)]
        try:
            for change, letter in (("push", "б"), ("push", "в"), ("remove", "б")):
                if change == "push":
                    add_version(small_models[letter], serving)
                else:
                    shutil.rmtree(serving / "3")
                wait_until(lambda letter=letter: read[-1:] == [letter])
        finally:
            ending.set()
        assert [each.exception() for each in asking] == [None] * 4
        shutil.rmtree(serving / "2")
        shutil.rmtree(serving / "1")
        wait_until(lambda: client.get("/healthz").status_code == 503)
        assert error_of(client.post(PREDICT, json=ONE)) == (404, "Servable not found for request: Latest(letters)")
    assert set(read) == set("абв")


def wait_until(condition: Any, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_large_body_is_refused_with_the_bound_also_without_a_length(models: Models) -> None:
    with running(models, limits=Limits(body_bytes=1000)) as client:
        told = (413, "a body of 2000000 bytes; a request may have 1000")
        assert error_of(client.post(PREDICT, content=b"x" * 2_000_000)) == told
        assert error_of(client.post(PREDICT, content=iter([b"x" * 1_000_000] * 2))) == told
        assert client.post(PREDICT, json=ONE).status_code == 413
        assert client.get("/healthz").text == "ok"


def test_one_request_too_many_is_told_to_come_again_while_looks_are_answered() -> None:
    slow = SlowReader()
    with running(FakeModels(slow), limits=Limits(requests=2)) as client, ThreadPoolExecutor(2) as threads:
        try:
            pending = [threads.submit(client.post, PREDICT, json=ONE) for _ in range(2)]
            wait_until(lambda: sample(client, "letters_requests_in_progress") == 2)
            refused = client.post(PREDICT, json=ONE)
            assert error_of(refused) == (429, "2 requests are being answered; ask again in a second")
            assert refused.headers["retry-after"] == "1"
        finally:
            slow.go.set()
        assert [each.result().status_code for each in pending] == [200, 200]
        assert sample(client, "letters_requests_in_progress") == 0


def test_fault_of_ours_is_told_without_its_text_and_logged_without_control_characters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def read(photos: Sequence[bytes]) -> Answer:
        raise RuntimeError("\x1b[2Jnothing to answer")

    with running(FakeModels(read)) as client:
        assert error_of(client.post(PREDICT, json=ONE)) == (500, "an error of the server's own")
    logged = capsys.readouterr().err
    assert "\\x1b[2Jnothing to answer" in logged
    assert "\x1b" not in logged


def test_answer_that_takes_too_long_is_told() -> None:
    slow = SlowReader()
    with running(FakeModels(slow), limits=Limits(seconds=0.2)) as client:
        try:
            assert error_of(client.post(PREDICT, json=ONE)) == (504, "no answer within 0.2 s; ask for less at a time")
        finally:
            slow.go.set()


def test_request_that_comes_too_slowly_is_told(models: Models) -> None:
    def trickle() -> Iterator[bytes]:
        yield b"{"
        time.sleep(0.6)
        yield b"}"

    with running(models, limits=Limits(seconds=0.2)) as client:
        assert error_of(client.post(PREDICT, content=trickle())) == (408, "the request did not come in within 0.2 s")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "", "http://["])
def test_page_of_another_site_may_ask_for_nothing(client: httpx.Client, origin: str) -> None:
    for path in (PREDICT, "/corrections"):
        refused = client.post(path, content=json.dumps(ONE), headers={"origin": origin, "content-type": "text/plain"})
        assert error_of(refused) == (403, "asked by a page of another site")
        assert "access-control-allow-origin" not in refused.headers


def test_own_page_may_ask_and_on_loopback_only_under_its_names(models: Models, client: httpx.Client) -> None:
    port = client.base_url.port
    for name, status in (("127.0.0.1", 200), ("localhost", 200), ("rebound.example", 403)):
        headers = {"origin": f"http://{name}:{port}", "host": f"{name}:{port}"}
        assert client.post(PREDICT, json=ONE, headers=headers).status_code == status
    with running(models, is_loopback=False) as other:
        headers = {"origin": "http://letters.example", "host": "letters.example"}
        assert other.post(PREDICT, json=ONE, headers=headers).status_code == 200


def test_every_answer_keeps_browsers_from_more_than_the_page(client: httpx.Client) -> None:
    for path in ("/", "/page/page.js", "/about", "/nope", "/metrics"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_metrics_count_letters_and_what_was_asked_but_no_path_of_a_stranger(client: httpx.Client) -> None:
    answered, none = (
        'letters_answered_total{letter="а",version="1"}',
        'letters_answered_total{letter="none",version="1"}',
    )
    count, total = sample(client, answered), 'letters_probability_count{version="1"}'
    before, seen = sample(client, none), sample(client, total)
    assert client.post(PREDICT, json={"instances": [b64(photo(1)), b64(photo(2, 40, 30))]}).status_code == 200
    client.post(PREDICT, json={**ONE, "signature_name": TRANSFORM_SIGNATURE})
    assert (sample(client, answered) - count, sample(client, none) - before) == (1, 1)
    assert sample(client, total) - seen == 1
    client.get("/strange-path")
    told = client.get("/metrics").text
    assert 'letters_requests_total{status="404",what="other"}' in told
    assert "strange" not in told


def test_correction_is_kept_once_and_read_by_a_run(models: Models, tmp_path: Path) -> None:
    corrections = Corrections(tmp_path / "kept", LABELS, Limits())
    content: dict[str, Any] = {"photo": b64(photo()), "letter": "ё", "writer": "Anna"}
    with running(models, corrections) as client:
        assert client.get("/about").json()["kept_in"] == str(tmp_path / "kept")
        answers = [client.post("/corrections", json=content) for _ in range(2)]
        assert [(each.status_code, each.json()) for each in answers] == [(201, {"photos": 1}), (200, {"photos": 1})]
        assert error_of(client.post("/corrections", json={**content, "letter": "е"}))[0] == 409
        for wrong in ({"letter": "Ё"}, {"letter": 7}, {"writer": None}, {"photo": b64(b"text")}, {"photo": 7}):
            assert error_of(client.post("/corrections", json={**content, **wrong}))[0] == 400
        (tmp_path / "kept" / "all_letters_info.csv").unlink()
        assert error_of(client.post("/corrections", json=content))[0] == 507
