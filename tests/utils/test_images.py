"""Grids, PNG files and animations hold the pixels they were given."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganlib.utils.images import enlarge, gif_bytes, kept_frames, mosaic, png_bytes, read_png, webp_bytes

Encoder = Callable[..., bytes]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def noise(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.integers(0, 256, shape, dtype=np.uint8)


def decoded(animation: bytes) -> tuple[list[np.ndarray], list[int]]:
    """Return the frames as RGB arrays and how many milliseconds each lasts."""
    frames, durations = [], []
    with Image.open(io.BytesIO(animation)) as picture:
        for number in range(picture.n_frames):
            picture.seek(number)
            frames.append(np.asarray(picture.convert("RGB")))
            durations.append(picture.info["duration"])
        assert picture.info["loop"] == 0, "repeats for ever"
    return frames, durations


@pytest.mark.parametrize("channels", [1, 3])
def test_mosaic_lays_images_out_row_by_row(rng: np.random.Generator, channels: int) -> None:
    images = noise(rng, 6, 4, 5, channels)
    grid = mosaic(images, columns=3)
    assert grid.shape == (8, 15, channels)
    for number, image in enumerate(images):
        row, column = divmod(number, 3)
        np.testing.assert_array_equal(grid[4 * row : 4 * row + 4, 5 * column : 5 * column + 5], image)


def test_mosaic_fills_gaps_and_the_last_row() -> None:
    grid = mosaic(np.zeros((3, 2, 2, 1), np.uint8), columns=2, gap=1, fill=200)[..., 0]
    assert grid.tolist() == [
        [0, 0, 200, 0, 0],
        [0, 0, 200, 0, 0],
        [200, 200, 200, 200, 200],
        [0, 0, 200, 200, 200],
        [0, 0, 200, 200, 200],
    ]


def test_mosaic_of_sixty_four_digits_is_224_pixels_wide() -> None:
    assert mosaic(np.zeros((64, 28, 28, 1), np.uint8)).shape == (224, 224, 1)


@pytest.mark.parametrize("options", [{"columns": 0}, {"gap": -1}, {"fill": 256}, {"fill": -1}])
def test_mosaic_refuses_impossible_layouts(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="mosaic"):
        mosaic(np.zeros((2, 2, 2, 1), np.uint8), **options)


def test_enlarge_repeats_whole_pixels() -> None:
    image = np.array([[[1], [2]]], np.uint8)
    assert enlarge(image, width=4)[..., 0].tolist() == [[1, 1, 2, 2], [1, 1, 2, 2]]


@pytest.mark.parametrize(("width", "expected"), [(448, 448), (400, 448), (449, 672), (1, 224), (224, 224)])
def test_enlarge_takes_the_smallest_whole_multiple(width: int, expected: int) -> None:
    assert enlarge(np.zeros((224, 224, 3), np.uint8), width).shape == (expected, expected, 3)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros((4, 4, 1)), "uint8"),
        (np.zeros((4, 4), np.uint8), "shape"),
        (np.zeros((4, 4, 2), np.uint8), "shape"),
        (np.zeros((4, 4, 4), np.uint8), "shape"),
        (np.zeros((0, 4, 1), np.uint8), "shape"),
        (np.zeros((1, 4, 4, 1), np.uint8), "shape"),
    ],
)
@pytest.mark.parametrize(
    "function",
    [
        png_bytes,
        lambda image: enlarge(image, 8),
        lambda image: gif_bytes([image]),
        lambda image: webp_bytes([image]),
        lambda image: mosaic(image[None]),
    ],
    ids=["png_bytes", "enlarge", "gif_bytes", "webp_bytes", "mosaic"],
)
def test_whatever_is_no_image_is_refused(
    function: Callable[[np.ndarray], object], image: np.ndarray, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        function(image)


@pytest.mark.parametrize("channels", [1, 3])
def test_png_holds_the_exact_pixels(rng: np.random.Generator, tmp_path: Path, channels: int) -> None:
    image = noise(rng, 7, 5, channels)
    (tmp_path / "image.png").write_bytes(png_bytes(image))
    np.testing.assert_array_equal(read_png(tmp_path / "image.png"), image)


def test_png_with_transparency_is_read_as_rgb(tmp_path: Path) -> None:
    Image.new("RGBA", (3, 2), (10, 20, 30, 128)).save(tmp_path / "image.png")
    assert read_png(tmp_path / "image.png").tolist() == [[[10, 20, 30]] * 3] * 2


def test_every_truncated_png_is_refused_by_name(rng: np.random.Generator, tmp_path: Path) -> None:
    whole = png_bytes(noise(rng, 6, 6, 3))
    pixels_end = whole.index(b"IEND") - 12  # from there on only checksums are missing
    for length in range(pixels_end):
        (tmp_path / "half.png").write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"half\.png"):
            read_png(tmp_path / "half.png")


def test_another_kind_of_file_is_refused(rng: np.random.Generator, tmp_path: Path) -> None:
    (tmp_path / "image.png").write_bytes(gif_bytes([noise(rng, 6, 6, 1)]))
    with pytest.raises(ValueError, match=r"image\.png"):
        read_png(tmp_path / "image.png")


def test_a_missing_png_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_png(tmp_path / "none.png")


def frames_of_the_tutorial(count: int) -> list[int]:
    """The loop of TensorFlow's DCGAN tutorial, which the source projects use."""
    kept, last = [], -1.0
    for i in range(count):
        frame = 2 * i**0.5
        if round(frame) > round(last):
            last = frame
            kept.append(i)
    return kept


@pytest.mark.parametrize("count", [1, 2, 3, 30, 100, 101, 1000])
def test_frames_thin_out_as_in_the_tutorial_and_end_with_the_last(count: int) -> None:
    expected = frames_of_the_tutorial(count)
    assert kept_frames(count) == expected + [count - 1] * (expected[-1] != count - 1)


def test_frames_of_thirty_epochs() -> None:
    assert kept_frames(30) == [0, 1, 2, 4, 6, 8, 11, 15, 19, 23, 28, 29]


def test_no_frames_of_no_epochs() -> None:
    assert kept_frames(0) == []


@pytest.mark.parametrize("encode", [gif_bytes, webp_bytes])
def test_grey_animation_keeps_every_value_and_stays_grey(rng: np.random.Generator, encode: Encoder) -> None:
    frames = [noise(rng, 20, 20, 1) for _ in range(4)]
    frames[0][..., 0].flat[:256] = np.arange(256)
    shown, _ = decoded(encode(frames, width=40))
    expected = [np.broadcast_to(enlarge(frame, 40), (40, 40, 3)) for frame in frames]
    np.testing.assert_array_equal(shown, expected)


def test_rgb_webp_keeps_every_value(rng: np.random.Generator) -> None:
    frames = [noise(rng, 16, 16, 3) for _ in range(3)]
    shown, _ = decoded(webp_bytes(frames, width=32))
    np.testing.assert_array_equal(shown, [enlarge(frame, 32) for frame in frames])


def test_rgb_gif_is_close_and_crisp() -> None:
    ramp = np.linspace(0, 255, 32).astype(np.uint8)
    colours = np.stack(np.broadcast_arrays(ramp[:, None], ramp[None], np.uint8(128)), axis=-1)
    frames = [colours, colours[::-1]]
    shown, _ = decoded(gif_bytes(frames, width=96))
    for image, frame in zip(shown, frames, strict=True):
        np.testing.assert_array_equal(image, enlarge(image[::3, ::3], 96), "dithering breaks pixels up")
        error = np.abs(image[::3, ::3].astype(int) - frame)
        assert error.max() <= 32
        assert error.mean() < 8


def test_rgb_gif_does_not_flicker_where_nothing_changes(rng: np.random.Generator) -> None:
    still = noise(rng, 16, 16, 3)
    frames = []
    for _ in range(4):
        frame = noise(rng, 16, 32, 3)
        frame[:, :16] = still
        frames.append(frame)
    shown, _ = decoded(gif_bytes(frames, width=32))
    assert len(shown) == 4
    for image in shown[1:]:
        np.testing.assert_array_equal(image[:, :16], shown[0][:, :16])


@pytest.mark.parametrize("encode", [gif_bytes, webp_bytes])
def test_last_frame_is_held(rng: np.random.Generator, encode: Encoder) -> None:
    frames = [noise(rng, 8, 8, 1) for _ in range(3)]
    _, durations = decoded(encode(frames, seconds_per_frame=0.1, hold_last=1.5))
    assert durations == [100, 100, 1500]


@pytest.mark.parametrize("encode", [gif_bytes, webp_bytes])
def test_equal_frames_take_their_time(rng: np.random.Generator, encode: Encoder) -> None:
    first, second = noise(rng, 8, 8, 1), noise(rng, 8, 8, 1)
    _, durations = decoded(encode([first, first, second], seconds_per_frame=0.1, hold_last=1))
    assert sum(durations) == 1200


@pytest.mark.parametrize("encode", [gif_bytes, webp_bytes])
def test_animation_of_one_frame_is_that_picture(rng: np.random.Generator, encode: Encoder) -> None:
    frame = noise(rng, 8, 8, 1)
    with Image.open(io.BytesIO(encode([frame], width=8))) as picture:
        shown = np.asarray(picture.convert("RGB"))
    np.testing.assert_array_equal(shown, frame.repeat(3, axis=-1))


@pytest.mark.parametrize("encode", [gif_bytes, webp_bytes])
def test_animation_refuses_what_cannot_be_shown(encode: Encoder) -> None:
    small, large = np.zeros((2, 2, 1), np.uint8), np.zeros((3, 3, 1), np.uint8)
    with pytest.raises(ValueError, match="at least one frame"):
        encode([])
    with pytest.raises(ValueError, match="one shape"):
        encode([small, large])
    with pytest.raises(ValueError, match=r"0\.02 seconds"):
        encode([small, small], seconds_per_frame=0.01)
    with pytest.raises(ValueError, match=r"0\.02 seconds"):
        encode([small], hold_last=0)
