"""Looking inside a trained run, in a real browser: anchors, sliders, a walk, a file, a link for somebody else."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from ganlib import presets
from ganlib.runs import store
from tests.e2e import browser as real

pytestmark = pytest.mark.e2e

SECONDS = 1000.0  # milliseconds


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one run that was trained for a moment."""
    from ganlib.training.start_or_resume import train

    folder = tmp_path_factory.mktemp("runs")
    config = presets.get("digits-quick").config.changed(max_seconds=0.0, max_steps=60)
    run = store.create(config, {"preset": "digits-quick"}, "inside", folder)
    with run.held():
        train(run)
    return folder


@pytest.fixture
def page(page: Page) -> Page:
    page.set_viewport_size({"width": 1280, "height": 1000})
    return page


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("[data-testid=stPlotlyChart]").first).to_be_visible(timeout=60 * SECONDS)
    return real.settled(page)


def click_tile(page: Page, number: int, anchors: int) -> None:
    """Click a tile of the grid of 64 and wait until so many of its tiles are anchors."""
    sample_grid = page.locator("[class*=st-key-explore_grid] .js-plotly-plot")
    expect(sample_grid).to_have_count(1, timeout=20 * SECONDS)  # the one before may still be there
    box = sample_grid.bounding_box()
    assert box is not None
    side = min(box["width"], box["height"]) / 8
    row, column = divmod(number, 8)
    sample_grid.click(position={"x": (column + 0.5) * side, "y": (row + 0.5) * side})
    expect(sample_grid).to_have_count(1, timeout=20 * SECONDS)
    expect(sample_grid.locator(".annotation")).to_have_count(anchors, timeout=20 * SECONDS)
    real.settled(page)


def pictures(page: Page) -> list[Any]:
    """Return what each picture of the page looks like: its address names its content."""
    return page.locator("[data-testid=stImage] img").evaluate_all("all => all.map(each => [each.alt, each.src])")


def test_clicked_tiles_become_anchors_to_walk_through_and_the_link_shows_the_same(page, url, chromium):
    opened(page, f"{url}/explore?run=inside")
    page.get_by_role("button", name="Resample").click()
    expect(page).to_have_url(re.compile("seed="), timeout=10 * SECONDS)
    real.settled(page)
    click_tile(page, 20, anchors=4)
    click_tile(page, 21, anchors=5)
    click_tile(page, 21, anchors=4)  # the second click lets it go
    click_tile(page, 0, anchors=3)
    numbers = [each.partition(".")[2] for each in parse_qs(urlsplit(page.url).query)["a"][0].split(",")]
    assert numbers == ["1", "2", "20"]

    page.get_by_role("radio", name="Interpolation").click()
    expect(page.get_by_alt_text("Filmstrip of the spherical walk")).to_be_visible(timeout=20 * SECONDS)
    page.locator(".st-key-explore_loop label").first.click()
    expect(page).to_have_url(re.compile("loop=0"), timeout=10 * SECONDS)
    real.settled(page)
    for kind, magic in (("GIF", b"GIF89a"), ("WebP", b"RIFF")):
        with page.expect_download(timeout=20 * SECONDS) as download:
            page.get_by_role("button", name=f"Export {kind}").click()
        assert Path(download.value.path()).read_bytes().startswith(magic)

    shown = pictures(page)
    other = chromium.new_context().new_page()
    opened(other, page.url)
    expect(other.get_by_alt_text("Filmstrip of the linear walk")).to_be_visible(timeout=20 * SECONDS)
    assert [each for each in pictures(other) if each[0]] == [each for each in shown if each[0]]
    other.context.close()


def test_a_slider_moves_the_picture_and_the_result_becomes_an_anchor(page, url):
    opened(page, f"{url}/explore?run=inside&a=3.1")
    picture = page.get_by_alt_text("The picture at these sliders")
    before = picture.get_attribute("src")
    page.locator(".st-key-explore_s_0 input").press("ArrowRight")
    expect(page).to_have_url(re.compile("s=0.1"), timeout=10 * SECONDS)
    page.locator(".st-key-explore_s_0 input").press("End")
    expect(page).to_have_url(re.compile("s=3"), timeout=10 * SECONDS)
    expect(picture).not_to_have_attribute("src", before or "", timeout=10 * SECONDS)
    page.get_by_role("button", name="Keep as anchor").click()
    expect(page.get_by_alt_text("Anchor B")).to_be_visible(timeout=10 * SECONDS)
    address = page.url

    page.get_by_role("button", name="Reset").click()
    expect(page).not_to_have_url(re.compile("[?&]s="), timeout=10 * SECONDS)
    opened(page, address)
    expect(page.get_by_alt_text("Anchor B")).to_be_visible()


def test_a_real_image_is_found_and_becomes_an_anchor(page, url):
    opened(page, f"{url}/explore?run=inside&view=inversion&steps=100&starts=4&a=none")
    page.get_by_role("button", name="Find its z").click()
    expect(page.get_by_alt_text("Found image")).to_be_visible(timeout=60 * SECONDS)
    page.get_by_role("button", name="Use as anchor").click()
    expect(page.get_by_alt_text("Anchor A")).to_be_visible(timeout=20 * SECONDS)
    expect(page.get_by_alt_text("Found image")).to_be_visible()


def test_a_gradient_is_followed_from_the_logit_to_the_picture_and_the_link_shows_the_same(page, url):
    opened(page, f"{url}/explore?run=inside&view=inside&see=real&of=3&grad=1&dlayer=logit")
    strip = page.locator("[class*=st-key-explore_layers] .js-plotly-plot")
    expect(page.get_by_text("logit, Dense")).to_be_visible(timeout=30 * SECONDS)
    for _ in range(2):
        page.locator(".st-key-explore_dlayer input").press("ArrowLeft")
        real.settled(page)
    expect(page).not_to_have_url(re.compile("dlayer=logit"), timeout=10 * SECONDS)
    expect(strip).to_have_count(1, timeout=20 * SECONDS)  # a chart that is drawn anew is there twice for an instant
    strip.click(position={"x": 20, "y": 20})  # the first of all layers: the picture
    expect(page).to_have_url(re.compile("dlayer=picture"), timeout=10 * SECONDS)
    expect(page.get_by_text("picture, Input: 1 map of 8 x 8")).to_be_visible(timeout=20 * SECONDS)
    shown = pictures(page)
    assert "Gradient of D's output by pixel" in [alt for alt, _ in shown]
    opened(page, page.url)
    expect(page.get_by_text("picture, Input: 1 map of 8 x 8")).to_be_visible(timeout=20 * SECONDS)
    assert pictures(page) == shown


@pytest.mark.parametrize("view", ["sliders", "path", "plane", "arithmetic", "variety", "inversion", "inside", "time"])
def test_views_fit_a_telephone_and_their_pictures_have_alternative_text(chromium, url, view):
    page = chromium.new_page(viewport={"width": 400, "height": 900})
    opened(page, f"{url}/explore?run=inside&view={view}&d=1")
    last = page.get_by_text("Find its z" if view == "inversion" else "As code").filter(visible=True)
    expect(last.last).to_be_visible(timeout=30 * SECONDS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.locator("[data-testid=stImage] img:not([alt]), [data-testid=stImage] img[alt='']").count() == 0
    page.close()


@pytest.mark.parametrize("view", ["sliders", "path", "plane", "variety", "inside", "time"])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (400, 800)])
def test_the_picture_is_in_sight_whichever_slider_is(chromium, url, view, width, height):
    page = chromium.new_page(viewport={"width": width, "height": height})
    opened(page, f"{url}/explore?run=inside&view={view}")
    controls = page.locator("[class*=st-key-workbench_controls_view]")
    expect(controls).to_be_visible(timeout=30 * SECONDS)
    real.settled(page)
    sliders = controls.get_by_role("slider")
    assert sliders.count() > 0
    for slider in sliders.all():
        slider.focus()
        page.wait_for_timeout(100)
        picture = page.locator("[class*=st-key-workbench_picture_view]").locator("img, .js-plotly-plot").first
        lies, handled = picture.bounding_box(), slider.bounding_box()
        assert lies is not None
        assert handled is not None
        assert lies["y"] >= 40
        assert lies["y"] + lies["height"] <= height
        assert 40 <= handled["y"] <= height - handled["height"]
        below = handled["y"] >= lies["y"] + lies["height"]
        beside = handled["x"] >= lies["x"] + lies["width"]
        assert below or beside
    page.close()
