"""The colours read on both backgrounds and stay apart for people with any colour-vision deficiency."""

from itertools import combinations

import numpy as np
import pytest

from ganlib.plots import palette

MEANINGS = {
    "generator": palette.GENERATOR,
    "discriminator": palette.DISCRIMINATOR,
    "real": palette.REAL,
    "fake": palette.FAKE,
    "neutral": palette.NEUTRAL,
    "pause": palette.PAUSE,
}
RUNS = {f"run {number}": colour for number, colour in enumerate(palette.RUNS)}

BACKGROUNDS = {"light": "#ffffff", "dark": "#0e1117", "dark, newer": "#171614"}

# Machado, Oliveira and Fernandes 2009, severity 1, for linear RGB.
VISIONS = {
    "full": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}

LINEAR_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear(colour: str) -> np.ndarray:
    """sRGB hex -> linear RGB, 0 to 1 (IEC 61966-2-1)."""
    coded = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    """WCAG 2 contrast ratio, 1 to 21."""
    darker, lighter = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (first, second))
    return (lighter + 0.05) / (darker + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Linear RGB -> CIELAB, white point D65."""
    ratios = LINEAR_TO_XYZ @ rgb.clip(0, 1) / LINEAR_TO_XYZ.sum(axis=1)
    x, y, z = np.where(ratios > 216 / 24389, np.cbrt(ratios), (24389 / 27 * ratios + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(first: str, second: str, vision: str) -> float:
    """CIELAB distance (CIE76) as somebody with this vision sees it; about 2 is just noticeable."""
    seen = [lab(np.asarray(VISIONS[vision]) @ linear(colour)) for colour in (first, second)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def test_the_yardsticks_agree_with_published_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert lab(linear("#ff0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    for matrix in VISIONS.values():
        assert np.sum(matrix, axis=1) == pytest.approx(1, abs=1e-5), "grey must stay grey"
    assert distance("#d1500a", "#8c6414", "protanopia") < 2 < 20 < distance("#d1500a", "#8c6414", "full")


@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS)
@pytest.mark.parametrize("colour", [*MEANINGS.values(), *RUNS.values()], ids=[*MEANINGS, *RUNS])
def test_colour_reads_on_light_and_dark(colour: str, background: str) -> None:
    assert contrast(colour, background) >= 3


@pytest.mark.parametrize("vision", VISIONS)
def test_networks_real_and_fake_are_told_apart(vision: str) -> None:
    networks_and_images = list(MEANINGS.values())[:4]
    for first, second in combinations(networks_and_images, 2):
        assert distance(first, second, vision) > 24, (first, second)


@pytest.mark.parametrize("vision", VISIONS)
def test_neutral_and_pause_are_told_apart_from_all_others(vision: str) -> None:
    for first, second in combinations(MEANINGS.values(), 2):
        assert distance(first, second, vision) > 18, (first, second)


@pytest.mark.parametrize("vision", VISIONS)
def test_runs_are_told_apart_from_each_other(vision: str) -> None:
    for first, second in combinations(RUNS.values(), 2):
        assert distance(first, second, vision) > 25, (first, second)


def test_no_run_has_the_colour_of_a_network() -> None:
    for run in RUNS.values():
        for meaning in MEANINGS.values():
            assert distance(run, meaning, "full") > 18, (run, meaning)
