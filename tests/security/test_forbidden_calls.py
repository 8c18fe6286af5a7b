"""No source of ours loads code with data, runs a shell, or turns a protection off."""

import re
from pathlib import Path

import pytest

from core.project import ROOT
from tests.security.forbidden_calls import forbidden

NOT_OURS = {"data", "output", "tests"}

BAD = [
    "import pickle",
    "from pickle import loads",
    "import dill as d",
    "import cloudpickle",
    "import marshal",
    "import joblib",
    "from joblib import load",
    "import shelve",
    "import importlib; importlib.import_module('pickle')",
    "__import__('marshal')",
    "import pandas as pd; pd.read_pickle(path)",
    "import numpy as np; np.load(path, allow_pickle=True)",
    "from numpy import load; load(path, allow_pickle=flag)",
    "eval(text)",
    "exec(text)",
    "import builtins; builtins.eval(text)",
    "compile(text, 'name', 'exec')",
    "import yaml; yaml.load(text)",
    "import yaml; yaml.load(text, Loader=yaml.Loader)",
    "import yaml; yaml.load(text, yaml.FullLoader)",
    "from yaml import load_all as read; read(text)",
    "import yaml; yaml.unsafe_load(text)",
    "import subprocess; subprocess.run(text, shell=True)",
    "from subprocess import Popen as P; P(text, shell=flag)",
    "import os; os.system(text)",
    "import subprocess as s; s.getoutput(text)",
    "import keras; keras.models.load_model(path, safe_mode=False)",
    "from keras.config import enable_unsafe_deserialization as e; e()",
    "import keras; keras.config.enable_unsafe_deserialization()",
    "import keras; keras.layers.Lambda(f)",
    "from keras.layers import Lambda; Lambda(f)",
    "import tensorflow as tf; tf.keras.layers.Lambda(f)",
    "import tempfile; tempfile.mktemp()",
    "from tempfile import mktemp; mktemp()",
    "import requests; requests.get(url, verify=False)",
    "import ssl; ssl._create_unverified_context()",
    "import ssl; context.verify_mode = ssl.CERT_NONE",
    "import jinja2; jinja2.Environment()",
    "from jinja2 import Environment; Environment(autoescape=False)",
    "import jinja2; jinja2.Template(text)",
    "from markupsafe import Markup; Markup(text)",
    "import shutil; shutil.unpack_archive(path)",
    "import tarfile; tarfile.open(path).extractall(folder)",
]
GOOD = [
    "import numpy as np; np.load(path); np.load(path, allow_pickle=False)",
    "import yaml; yaml.safe_load(text); yaml.load(text, Loader=yaml.SafeLoader)",
    "import subprocess; subprocess.run(words); subprocess.run(words, shell=False)",
    "import keras; keras.models.load_model(path); keras.models.load_model(path, safe_mode=True)",
    "import tempfile; tempfile.mkdtemp(); tempfile.mkstemp()",
    "import jinja2; jinja2.Environment(autoescape=True)",
    "import re; re.compile(pattern); model.compile(loss); model.eval()",
    "import apache_beam as beam; beam.Map(lambda x: x)",
    "import tarfile; tarfile.open(path).extractall(folder, filter='data')",
]


def _sources() -> list[Path]:
    folders = [path for path in ROOT.iterdir() if path.is_dir() and path.name not in NOT_OURS and path.name[0] != "."]
    return sorted([*ROOT.glob("*.py"), *(file for folder in folders for file in folder.rglob("*.py"))])


@pytest.mark.parametrize("source", BAD)
def test_checker_finds_it(source: str) -> None:
    assert len(forbidden(source)) == 1


@pytest.mark.parametrize("source", GOOD)
def test_checker_lets_it_be(source: str) -> None:
    assert forbidden(source) == []


def test_checker_tells_the_line_inside_functions_too() -> None:
    assert forbidden("def f():\n    import pickle\n") == [(2, "imports pickle")]


def test_every_source_is_looked_at() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in _sources()}
    assert {"predict.py", "components/trainer/state.py", "pipeline/kubeflow/package.py", "report/page.py"} <= names
    assert {
        "research/benchmarks/report.py",
        "research/experiments/trial.py",
        "sample/photos.py",
        "scripts/download_data.py",
    } <= names


def test_nothing_forbidden_is_in_our_sources() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), reason)
        for path in _sources()
        for _, reason in forbidden(path.read_text(encoding="utf-8"))
    }
    assert not found


def test_templates_leave_nothing_unescaped_but_what_was_escaped_for_scripts() -> None:
    templates = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "report" / "templates").iterdir()}
    # Markdown has an escaping of its own (report/wording.py).
    assert {name for name, text in templates.items() if "autoescape" in text} == {"model_card.md"}
    texts = templates.values()
    unescaped = {each for text in texts for each in re.findall(r"\{\{\s*([^}]*\|\s*safe[^}]*?)\s*\}\}", text)}
    # plotly's own source; figures pass through report/chart.py.
    assert unescaped == {"plotly|safe", "chart.json()|safe"}
