"""Plotly figures for the app and for notebooks, one module a subject.

figure = plots.loss_figure(run.metrics())
"""

from typing import TYPE_CHECKING

from ganlib.utils import lazy

if TYPE_CHECKING:
    from ganlib.plots.activations import layer_pictures, units_figure
    from ganlib.plots.base import as_is
    from ganlib.plots.confusion import confusion_figure
    from ganlib.plots.curves import (
        Event,
        columns_figure,
        errors_figure,
        grad_norm_figure,
        loss_figure,
        overlay_figure,
        scores_figure,
    )
    from ganlib.plots.data import class_counts_figure, pixel_histogram_figure
    from ganlib.plots.latent import descent_figure, norm_figure, variety_figure
    from ganlib.plots.metrics import band_figure, class_histogram_figure, evaluation_figure, score_histogram_figure
    from ganlib.plots.plane import plane_figure
    from ganlib.plots.push import distinct_losses, push_figure, pushes_under
    from ganlib.plots.sketches import sketch
    from ganlib.plots.standing import Standing, share, standing_figure
    from ganlib.plots.step import (
        changed_logits_figure,
        latents_figure,
        layers_figure,
        opinion_figure,
        sample_losses_figure,
        signed_pictures,
    )
    from ganlib.plots.step_points import Surface, points_figure, surfaces_figure
    from ganlib.plots.tiles import LABEL_ROOM, Tile, tiles_figure
    from ganlib.plots.verdicts import verdicts_figure

__all__ = [
    "LABEL_ROOM", "Event", "Standing", "Surface", "Tile", "as_is", "band_figure", "changed_logits_figure",
    "class_counts_figure", "class_histogram_figure", "columns_figure", "confusion_figure", "descent_figure",
    "distinct_losses", "errors_figure", "evaluation_figure", "grad_norm_figure", "latents_figure", "layer_pictures",
    "layers_figure", "loss_figure", "norm_figure", "opinion_figure", "overlay_figure", "pixel_histogram_figure",
    "plane_figure", "points_figure", "push_figure", "pushes_under", "sample_losses_figure", "score_histogram_figure",
    "scores_figure", "share", "signed_pictures", "sketch", "standing_figure", "surfaces_figure", "tiles_figure",
    "units_figure", "variety_figure", "verdicts_figure",
]  # fmt: skip

# The numbers behind figures are needed where nothing is drawn: Plotly is not imported for them.
__getattr__ = lazy.exports(
    __name__,
    {
        "activations": ["layer_pictures", "units_figure"],
        "base": ["as_is"],
        "confusion": ["confusion_figure"],
        "curves": [
            "Event",
            "columns_figure",
            "errors_figure",
            "grad_norm_figure",
            "loss_figure",
            "overlay_figure",
            "scores_figure",
        ],
        "data": ["class_counts_figure", "pixel_histogram_figure"],
        "latent": ["descent_figure", "norm_figure", "variety_figure"],
        "metrics": ["band_figure", "class_histogram_figure", "evaluation_figure", "score_histogram_figure"],
        "plane": ["plane_figure"],
        "push": ["distinct_losses", "push_figure", "pushes_under"],
        "sketches": ["sketch"],
        "standing": ["Standing", "share", "standing_figure"],
        "step": [
            "changed_logits_figure",
            "latents_figure",
            "layers_figure",
            "opinion_figure",
            "sample_losses_figure",
            "signed_pictures",
        ],
        "step_points": ["Surface", "points_figure", "surfaces_figure"],
        "tiles": ["LABEL_ROOM", "Tile", "tiles_figure"],
        "verdicts": ["verdicts_figure"],
    },
)
