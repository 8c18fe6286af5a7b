"""Standard streams that are closed, full, without a reader or of another encoding end no command in a traceback."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.project import ROOT

_FULL = "No space left on device"
# A command of three lines, the last of them after its reader may have gone.
_LETTERS = r"print('\u0430', flush=True); print('\u0431', flush=True); print('\u0432'); print('done', file=sys.stderr)"


def call(
    command: str = _LETTERS, redirect: str = "", flags: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Runs a command in a shell that hands it the streams."""
    lines = ["import sys", "from console.command import command_main", "def main():"]
    lines += [f"    {command}", "    return 3", f"sys.exit(command_main(main{flags}))"]
    return subprocess.run(
        ["/bin/bash", "-c", f'set -o pipefail; "$PYTHON" -c "$CODE" {redirect}'],
        cwd=ROOT,
        env={"PYTHON": sys.executable, "CODE": "\n".join(lines), "LANG": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def outcome(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    return done.returncode, done.stdout, done.stderr


def test_command_is_left_alone_where_its_streams_are_in_order() -> None:
    assert outcome(call()) == (3, "а\nб\nв\n", "done\n")


def test_reader_that_goes_ends_a_command_quietly_as_sigpipe_would() -> None:
    assert outcome(call(redirect="| true")) == (128 + signal.SIGPIPE, "", "")


def test_full_disk_behind_stdout_is_one_line() -> None:
    assert outcome(call(redirect="> /dev/full")) == (2, "", f"stdout: cannot be written: {_FULL}\n")


def test_what_is_only_written_at_the_end_is_not_lost_unnoticed() -> None:
    done = call("print('а')", redirect="> /dev/full")
    assert outcome(done) == (2, "", f"stdout: cannot be written: {_FULL}\n")


@pytest.mark.parametrize(("redirect", "reason"), [("> /dev/full", _FULL), ("| true", "Broken pipe")])
def test_command_that_outlives_stdout_goes_on_after_one_line(redirect: str, reason: str) -> None:
    done = call(redirect=redirect, flags=", outlives_stdout=True")
    told = f"stdout: cannot be written: {reason}; the command goes on without it\n"
    assert outcome(done) == (3, "", f"{told}done\n")


@pytest.mark.parametrize("redirect", ["2> /dev/full", "2>&-", "2> >(true)"])
def test_stderr_that_cannot_be_written_changes_no_exit_status(redirect: str) -> None:
    done = call("sys.stderr.write('x' * 100_000); sys.stderr.write('y')", redirect=redirect)
    assert outcome(done) == (3, "", "")


@pytest.mark.parametrize("redirect", [">&-", "<&-", "2>&-", "<&- >&- 2>&-"])
def test_no_file_is_taken_for_a_stream_that_is_closed(redirect: str, tmp_path: Path) -> None:
    file = tmp_path / "record"
    command = (
        f"import os; file = open({str(file)!r}, 'w'); assert file.fileno() > 2; os.write(1, b''); os.write(2, b'')"
    )
    assert call(command, redirect=redirect).returncode == 3
    assert file.read_text() == ""


@pytest.mark.parametrize(
    "environment", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_letters_that_an_encoding_lacks_are_escaped(environment: dict[str, str]) -> None:
    assert outcome(call(**environment)) == (3, "\\u0430\n\\u0431\n\\u0432\n", "done\n")


def test_python_without_docstrings_is_told() -> None:
    told = "PYTHONOPTIMIZE=2, or -OO: TensorFlow cannot do without docstrings; unset it\n"
    assert outcome(call(PYTHONOPTIMIZE="2")) == (2, "", told)
    assert call(PYTHONOPTIMIZE="1").returncode == 3


def test_what_a_person_has_to_mend_is_one_line() -> None:
    command = "from core.errors import UserError; raise UserError('photos: no such folder; give another')"
    assert outcome(call(command)) == (2, "", "photos: no such folder; give another\n")


def test_keras_3_is_chosen_before_anything_is_imported() -> None:
    command = "import os; print(os.environ['TF_USE_LEGACY_KERAS'], os.environ['KERAS_BACKEND'], 'keras' in sys.modules)"
    assert outcome(call(command)) == (3, "0 tensorflow False\n", "")


def test_ctrl_c_is_one_line_and_its_status() -> None:
    code = "import time; print('begun', flush=True); time.sleep(60)"
    lines = [
        "import sys",
        "from console.command import command_main",
        f"def main():\n    {code}",
        "command_main(main)",
    ]
    with subprocess.Popen(
        [sys.executable, "-c", "\n".join(lines)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.communicate()[1] == "\nInterrupted by SIGINT.\n"
    assert process.returncode == 130
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "command",
    ["local_runner.py", "predict.py", "inspect_run.py", "kubeflow_runner.py",
     "-m research.benchmarks.serving", "-m research.benchmarks.accuracy", "-m research.experiments.ablation",
     "-m research.experiments.other_hands",
     "-m sample", "-m research.fuzz"],
)  # fmt: skip
def test_every_command_is_called_so(command: str) -> None:
    done = subprocess.run(
        ["/bin/bash", "-c", f"{sys.executable} {command} --help > /dev/full"],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.startswith(f"stdout: cannot be written: {_FULL}")
    assert len(done.stderr.splitlines()) == 1


FOREIGN = ("KERAS_MAX_EPOCHS", "TF_XLA_FLAGS", "TF_ENABLE_ONEDNN_OPTS", "NPY_PROMOTION_STATE", "NVIDIA_TF32_OVERRIDE")


def test_variables_that_change_what_is_computed_are_passed_over_and_others_kept() -> None:
    kept = {"TF_NUM_INTEROP_THREADS": "2", "TF_CPP_MIN_LOG_LEVEL": "3", "TF_FORCE_GPU_ALLOW_GROWTH": "true"}
    flags = "--xla_gpu_cuda_data_dir=/cuda --xla_cpu_enable_fast_math=true"
    command = f"import os; print([n for n in {(*FOREIGN, *kept)} if n in os.environ], os.environ['XLA_FLAGS'])"
    done = call(command, **dict.fromkeys(FOREIGN, "1"), **kept, XLA_FLAGS=flags)
    assert done.stdout == f"{list(kept)} --xla_gpu_cuda_data_dir=/cuda\n", done.stderr


@pytest.mark.long
@pytest.mark.parametrize("content", ['{"floatx": "float16", "image_data_format": "channels_first"}', "[]"])
@pytest.mark.parametrize("where", ["home", "KERAS_HOME"])
def test_keras_s_file_of_settings_is_passed_over(tmp_path: Path, where: str, content: str) -> None:
    folder = tmp_path / ".keras" if where == "home" else tmp_path
    folder.mkdir(exist_ok=True)
    (folder / "keras.json").write_text(content)
    home = {"HOME": str(tmp_path)} if where == "home" else {"KERAS_HOME": str(tmp_path)}
    done = call("import keras.config as c; print(c.floatx(), c.image_data_format())", **home)
    assert done.stdout == "float32 channels_last\n", done.stderr
