"""The runs to report on are those of the report's tests, whose folder pytest adds for those tests alone."""

import importlib.util
import sys

from core.project import ROOT

_REPORT = ROOT / "tests" / "report"
sys.path.append(str(_REPORT))

# Under a name of its own: there are several conftest.py.
_spec = importlib.util.spec_from_file_location("runs_to_report_on", _REPORT / "conftest.py")
assert _spec and _spec.loader
_runs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_runs)
full, stopped, nothing = _runs.full, _runs.stopped, _runs.nothing
