"""What the doctor finds of EBGANs and BEGANs: errors, the margin, and k."""

import numpy as np
import pytest

from ganlib.runs.status import FINISHED, Status
from tests.metrics.test_doctor import columns, diagnose

ENDED = Status(FINISHED, step=800)


def told(loss="ebgan", real=0.1, fake=0.11, lines=130, status=ENDED, **values):
    """Findings of a run whose errors fall from .5 within the first 20 lines."""
    falling = np.linspace(0.4, 0, 20)
    errors = np.concatenate([falling, np.zeros(lines - 20)])
    metrics = columns(lines, d_real=-(real + errors), d_fake=-(fake + errors), g_loss=fake, d_loss=real, **values)
    return diagnose(metrics, loss=loss, status=status)


@pytest.mark.parametrize(("loss", "values"), [("ebgan", {}), ("began", {"k": 0.1, "convergence": 0.2})])
def test_errors_that_fall_and_fakes_near_real_images_are_healthy(loss, values):
    assert list(told(loss, **values)) == ["healthy"]


def test_fakes_beyond_the_margin_are_found_and_the_margin_is_widened():
    found = told(fake=0.3)["beyond_margin"]
    assert (found.severity, found.chart, found.changes) == ("error", "errors", {"margin": 0.26})
    assert "0.3, beyond the margin of 0.13" in found.evidence
    assert told(fake=0.3, status=Status("running", step=800))["beyond_margin"].severity == "warning"
    assert "beyond_margin" not in told(fake=0.12)
    assert "beyond_margin" not in told(fake=0.3, lines=110)
    assert "beyond_margin" not in told("began", fake=0.3, k=0.1)


@pytest.mark.parametrize(("k", "is_stuck"), [(0.0, True), (1.0, True), (0.02, False), (0.98, False)])
def test_a_k_at_its_bound_is_stuck(k, is_stuck):
    found = told("began", fake=0.05, k=k, convergence=0.2)
    assert ("off_balance" in found) == is_stuck
    if is_stuck:
        assert found["off_balance"].evidence.startswith(f"K stands at {k:.0f}; fakes have 0.50 times the error")
        assert found["off_balance"].chart == "equilibrium"


def test_a_d_that_does_not_copy_is_found():
    flat = columns(80, d_real=-0.5, d_fake=-0.1, k=0.5, convergence=0.5)
    assert diagnose(flat, loss="began", status=ENDED)["copies_nothing"].severity == "error"
    assert "copies_nothing" not in told("began", k=0.5)


def test_young_runs_are_left_alone():
    young = columns(50, d_real=-0.5, d_fake=-0.5, k=0.0, convergence=0.5)
    for loss in ("ebgan", "began"):
        assert list(diagnose(young, loss=loss)) == ["healthy"]
