"""The command `serve.py`: one line for what is wrong, and an end that no request suffers by."""

import http.client
import json
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from core.project import ROOT
from server.command import serve_main
from tests.server.servers import PREDICT, b64, photo

Small = dict[str, Path]


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["{empty}"], "no pushed model there"),
        (["s3://bucket/serving"], "a URI; give a folder of this machine"),
        (["{model}", "--port", "x"], "'x' is no whole number"),
        (["{model}", "--port", "70000"], "no whole number from 0 to 65535"),
        (["{model}", "--host", "no.such.invalid"], "--host no.such.invalid --port 8501: cannot be listened on"),
        (["{model}", "--port", "{taken}"], "Address already in use; choose another"),
        (["{model}", "--collect", "{full}", "--port", "0"], "neither empty nor a data folder"),
    ],
)
def test_what_is_wrong_is_one_line_and_status_2(
    flags: list[str], told: str, small_models: Small, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("empty", "full"):
        (tmp_path / name).mkdir()
    (tmp_path / "full" / "file").touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        names = {"empty": tmp_path / "empty", "full": tmp_path / "full", "model": small_models["а"]}
        words = [flag.format(**names, taken=taken.getsockname()[1]) for flag in flags]
        try:
            status: object = serve_main(words)
        except SystemExit as ended:
            status = ended.code
    said = capsys.readouterr()
    assert (status, said.out, said.err.count("\n")) == (2, "", 1)
    assert told in said.err


def test_model_that_cannot_be_loaded_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "saved_model.pb").write_bytes(b"garbage")
    assert serve_main([str(tmp_path), "--port", "0"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "not a model of this project" in said.err


@pytest.fixture(scope="module")
def process(small_models: Small, tmp_path_factory: pytest.TempPathFactory) -> Iterator["subprocess.Popen[str]"]:
    serving = tmp_path_factory.mktemp("serving")
    shutil.copytree(small_models["а"], serving / "3")
    command = [sys.executable, "serve.py", str(serving), "--port", "0", "--collect", str(serving / "kept")]
    started = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    yield started
    started.kill()
    started.communicate()


def test_sigterm_ends_it_when_what_was_asked_is_answered(process: "subprocess.Popen[str]") -> None:
    assert process.stdout
    said = process.stdout.readline()
    url = said.split()[0]
    assert said.startswith("http://127.0.0.1:")
    assert "version 3" in said
    assert "Corrections are kept in" in said
    assert httpx.get(f"{url}healthz").text == "ok"
    body = json.dumps({"instances": [b64(photo())]}).encode()
    asking = http.client.HTTPConnection("127.0.0.1", int(url.rstrip("/").rpartition(":")[2]), timeout=60)
    asking.putrequest("POST", PREDICT)
    asking.putheader("Content-Length", str(len(body)))
    asking.endheaders(body[:100])
    # It has seen the first part, and longer than other commands have until they are ended.
    assert httpx.get(f"{url}healthz").text == "ok"
    process.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(6)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    asking.send(body[100:])
    answer = asking.getresponse()
    assert (answer.status, json.loads(answer.read())["predictions"][0]["letter"]) == (200, "а")
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (143, "\nInterrupted by SIGTERM.\n")
