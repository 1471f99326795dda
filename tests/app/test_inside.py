"""Inside, on Explore: a picture, a network, a layer and what of it, all in the address."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlib import data
from tests.app.explored import make
from tests.app.shown import again, alternatives, parameter, texts
from ui.explore import layer_maps

pytestmark = pytest.mark.usefixtures("home")

PAGE = Path(__file__).parents[2] / "pages" / "explore.py"


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    app.query_params.update({"view": "inside", **params})
    return again(app)


def charts(app: AppTest) -> dict[str, Any]:
    return {chart.proto.alt: json.loads(chart.proto.spec) for chart in app.get("plotly_chart")}


def test_a_generators_layers_are_gone_through_from_z_to_the_picture() -> None:
    app = opened(run=make().id, see="B")
    slider = app.select_slider(key="explore_glayer")
    assert (slider.options[0], slider.options[-1]) == ("0 z", f"{len(slider.options) - 1} image")
    assert "Anchor B to look inside at" in alternatives(app)
    assert "Gradient of D's output by pixel" not in alternatives(app)
    for name in ("image", "z"):
        app.select_slider(key="explore_glayer").set_value(name)
        app = again(app)
        assert parameter(app, "glayer") == name
        assert f"Activations of the layer {name}" in charts(app)
        assert f"**{name}**" in texts(app)
        assert "mean" in texts(app, "caption")
    assert charts(app)["Activations of the layer z"]["data"][0]["type"] == "heatmap"


def test_the_gradient_is_followed_from_the_logit_to_the_pixels_of_a_real_image() -> None:
    from ganlib.explore import activations
    from ganlib.explore.sampler import Discriminator

    run = make()
    app = opened(run=run.id, see="real", of="7", grad="1", dlayer="conv_1")
    assert not app.warning
    assert {"The real image to look inside at", "Gradient of D's output by pixel"} <= set(alternatives(app))
    assert "The gradient of all layers, each the mean of its maps" in charts(app)
    assert "back to the first" in texts(app, "caption")
    real = data.load("digits")
    layers = activations.of_discriminator(Discriminator(run), real.images[7], data.some(real, 512, seed=0))
    [gradient] = [layer.gradient for layer in layers if layer.name == "conv_1"]
    assert f"length {np.linalg.norm(gradient):.3g}" in texts(app, "caption")
    assert "held fixed" in texts(app, "caption")
    assert f"D {layers[-1].values[0]:.2f}" in texts(app, "caption")
    labels = charts(app)["Gradient of the layer conv_1"]["data"][1]["text"]
    assert labels[0] == f"{np.abs(gradient[..., 0]).max():.2g}"


@pytest.mark.parametrize(
    ("changes", "last", "told"),
    [
        ({"conditioning": "projection"}, "logit", "1 for the class 3 and 0 for the others. D is asked whether"),
        pytest.param({"conditioning": "infogan"}, "logit", "1 for the category 3 and", marks=pytest.mark.slow),
        pytest.param({"loss": "ebgan"}, "error", "its last layer draws a copy", marks=pytest.mark.slow),
    ],
    ids=str,
)
@pytest.mark.parametrize("source", ["A", "real"])
def test_a_d_that_is_told_a_class_or_copies_is_looked_into_too(
    changes: dict[str, Any], last: str, told: str, source: str
) -> None:
    from ganlib.explore import activations
    from ganlib.explore.sampler import Discriminator

    run = make(**changes)
    app = opened(run=run.id, see=source, of="7", net="d", grad="1", dlayer=last, **{"class": "3"})
    assert not [*app.warning, *app.info]
    assert told in texts(app, "caption")
    assert "Gradient of D's output by pixel" in alternatives(app)
    if source == "real":
        discriminator, real = Discriminator(run), data.load("digits")
        label = 3 if discriminator.config.planes else None
        discriminator = discriminator.of_class(3) if discriminator.config.classes else discriminator
        layers = activations.of_discriminator(discriminator, real.images[7], data.some(real, 512, seed=0, label=label))
        assert f"D {layers[-1].values[0]:.2f}" in texts(app, "caption")


def test_a_chosen_network_keeps_the_others_layer() -> None:
    run = make()
    app = opened(run=run.id, net="d", dlayer="logit", glayer="image")
    assert app.select_slider(key="explore_dlayer").value == "logit"
    app.segmented_control(key="explore_net").set_value("g")
    app = again(app)
    assert app.select_slider(key="explore_glayer").value == "image"
    assert parameter(app, "dlayer") == "logit"
    assert not app.warning


def test_each_class_has_its_own_activations() -> None:
    app = opened(run=make(conditioning="projection").id, glayer="image", **{"class": "0"})
    first = charts(app)["Activations of the layer image"]
    app.query_params["class"] = "5"
    assert charts(again(app))["Activations of the layer image"] != first


def test_without_a_discriminator_there_is_the_generator_alone(home: Path) -> None:
    run = make()
    (run.path / "discriminator.weights.h5").unlink()
    app = opened(run=run.id)
    assert not app.warning
    assert app.segmented_control(key="explore_see").options == ["A", "B", "C"]
    assert [each.key for each in app.segmented_control if each.key == "explore_net"] == []
    assert "needs an anchor" in texts(opened(run=run.id, a="none"), "info")


def test_numbers_below_maps_are_short() -> None:
    told = [layer_maps._short(value) for value in (-0.0387, 0.578, -12.34, 0.001, 1.0, -0.995)]
    assert told == ["-.04", ".58", "-12.3", "0", "1.0", "-.99"]


def test_a_bad_link_is_told_and_the_usual_layer_shown() -> None:
    app = opened(run=make().id, see="Z", glayer="conv_99", map="-1")
    for told in ("see=Z", "glayer=conv"):
        assert told in texts(app, "warning")
    assert app.select_slider(key="explore_glayer").value == "dense_1"
