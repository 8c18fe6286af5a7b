"""Downloads the real photos from Kaggle: `make data`."""

import shutil
import sys
from pathlib import Path

from console.command import ExitStatus, command_main
from core.errors import UserError
from core.features import CSV_FILE_NAME
from core.files import whole_folder
from core.project import ROOT

DATASET = "tatianasnwrt/russian-handwritten-letters"
TARGET = ROOT / "data" / "russian-handwritten-letters"


def download(target: Path = TARGET) -> Path:
    """Downloads the data set into `target`, unless it is there.

    Raises:
        UserError: If Kaggle cannot be reached or refuses, or `kagglehub` is not installed.
    """
    if (target / CSV_FILE_NAME).exists():
        return target
    by_hand = f"download https://www.kaggle.com/datasets/{DATASET} with a browser and unpack it into {target}"
    try:
        import kagglehub
    except ImportError:
        raise UserError(f"kagglehub is not installed (the extra `data`); or {by_hand}") from None
    try:
        fetched = Path(kagglehub.dataset_download(DATASET))
    # kagglehub raises errors of many libraries, without a base of their own.
    except Exception as error:
        first_line = str(error).strip().partition("\n")[0][:100]
        raise UserError(f"Kaggle did not give the photos ({type(error).__name__}: {first_line}); {by_hand}") from None
    target.parent.mkdir(parents=True, exist_ok=True)
    with whole_folder(target) as fresh:
        shutil.copytree(fetched, fresh, dirs_exist_ok=True)
    return target


def main() -> int:
    """Downloads the photos, says where they are, and returns the exit status."""
    print(download())
    return ExitStatus.DONE


if __name__ == "__main__":
    sys.exit(command_main(main))
