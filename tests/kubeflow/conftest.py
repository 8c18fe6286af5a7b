"""The small run's settings are shared with the end-to-end tests, whose folder pytest adds for those tests alone."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "end_to_end"))
