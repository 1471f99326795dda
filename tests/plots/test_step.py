"""Figures of a step: formulas with numbers in them, signed pictures, arrows to one scale."""

import numpy as np
import pytest

from ganlib import plots
from ganlib.catalog.losses import LOSSES
from ganlib.config import TrainConfig
from ganlib.plots import loss_terms
from ganlib.plots.loss_terms import TERMS
from ganlib.plots.step import DOWN, UP
from ganlib.plots.step_points import ARROW
from ganlib.runs.frames import CELLS

LOGITS = np.array([-2.5, -0.3, 0.0, 0.5, 1.0, 4.0])
ROLES = ("real", "fake", "generator")


@pytest.mark.parametrize("loss", LOSSES)
def test_each_term_is_the_loss_that_is_trained_and_its_formula_says_so(loss):
    from keras import ops

    from ganlib.models import losses

    config = TrainConfig(dataset="digits", generator="compact", discriminator="compact").changed(loss=loss)
    names = {"softplus": lambda s: np.logaddexp(0, s), "max": max}
    for role, term in zip(ROLES, loss_terms.of(config), strict=True):
        expected = ops.convert_to_numpy(getattr(losses.of(config), role)(ops.convert_to_tensor(LOGITS)))
        np.testing.assert_allclose(term.value(LOGITS), expected, atol=1e-6)
        for logit, value in zip(LOGITS, expected, strict=True):
            formula, _, told = term.with_number(logit).rpartition(" = ")
            assert eval(formula.replace("²", "**2"), {"__builtins__": {}}, names) == pytest.approx(value, abs=1e-6)
            assert float(told) == pytest.approx(value, abs=0.006)


def test_numbers_stand_in_formulas_without_needless_brackets():
    d_real, d_fake, _ = TERMS["non_saturating"]
    assert d_fake.with_number(-1.14).startswith("softplus(-1.14)")
    assert d_real.with_number(-1.14).startswith("softplus(-(-1.14))")


def test_signed_pictures_are_white_at_zero_and_coloured_by_sign():
    [picture] = plots.signed_pictures(np.array([[[[0.0], [2.0], [-2.0], [1.0]]]]))
    colours = ["#" + bytes(pixel).hex() for pixel in picture[0]]
    assert colours[:3] == ["#ffffff", UP, DOWN]
    assert colours[3] not in (UP, "#ffffff")


def test_arrows_keep_their_direction_and_the_longest_has_a_fixed_length():
    points = np.zeros((2, 2))
    pushes = np.array([[0.0, 8.0], [-4.0, 0.0]])
    arrows = plots.points_figure(np.zeros((0, 2)), points, pushes=pushes).data[-1]
    tips = [(arrows.x[1], arrows.y[1]), (arrows.x[7], arrows.y[7])]
    np.testing.assert_allclose(tips, [(0, ARROW), (-ARROW / 2, 0)], atol=1e-4)


def test_ds_opinion_lies_behind_the_points_with_a_line_where_it_has_none():
    opinion, points = np.linspace(0, 1, CELLS * CELLS).reshape(CELLS, CELLS), np.zeros((2, 2))
    seen_as = plots.Surface(opinion, 0.4)
    alone = plots.points_figure(points, points, seen_as=seen_as)
    both = plots.surfaces_figure(points, points, {"before": seen_as, "after": seen_as})
    assert [trace.type for trace in alone.data] == ["heatmap", "contour", "scatter", "scatter"]
    assert [trace.type for trace in both.data] == [trace.type for trace in alone.data] * 2
    assert [title.text for title in both.layout.annotations] == ["before", "after"]
    for trace in both.data[1::4]:
        assert (trace.contours.start, trace.contours.end) == (0.4, 0.4)
    assert [both.layout.yaxis.scaleanchor, both.layout.yaxis2.scaleanchor] == ["x", "x2"]
    assert {trace.xaxis for trace in both.data[4:]} == {"x2"}


def test_losses_that_push_alike_are_shown_once():
    from ganlib.plots.push import PUSH

    shown = plots.distinct_losses()
    for push in PUSH.values():
        assert sum(np.allclose(PUSH[name](LOGITS), push(LOGITS)) for name in shown) == 1
