"""The doctor: reads a run's numbers and says in plain words what is going on.

Light: it computes with NumPy on what a run wrote down, so that pages can ask it. `docs/doctor.md` tells each rule.
"""

from ganlib.metrics.doctor.checks import GRADES
from ganlib.metrics.doctor.diagnosis import Finding, diagnose, examine, summarize
from ganlib.metrics.doctor.quality import NOISE, grade
from ganlib.metrics.doctor.run_summary import RunSummary, Severity

__all__ = ["GRADES", "NOISE", "Finding", "RunSummary", "Severity", "diagnose", "examine", "grade", "summarize"]
