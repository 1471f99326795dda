"""The doctor: reads a run's numbers and says in plain words what is going on.

Light: it computes with NumPy on what a run wrote down, so that pages can ask it. `docs/doctor.md` tells each rule.
"""

from ganlib.metrics.doctor.checks import GRADES
from ganlib.metrics.doctor.diagnosis import Finding, alike, diagnose, examine, preset_of
from ganlib.metrics.doctor.quality import NOISE, grade

__all__ = ["GRADES", "NOISE", "Finding", "alike", "diagnose", "examine", "grade", "preset_of"]
