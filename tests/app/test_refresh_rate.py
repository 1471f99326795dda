import time
from pathlib import Path

import plotly.graph_objects as go
import pytest

from ganlib import presets
from ganlib.runs import queue, store
from ui.common import cached, charts, refresh_rate

LEAST = 1.5
CLASS = 30
reckoned = refresh_rate.viewers  # what it is without the fixture that stands for an empty room


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """When each session looked last, for a test to fill."""
    found: dict[str, float] = {}
    monkeypatch.setattr(refresh_rate, "_seen", lambda: found)
    monkeypatch.setattr(refresh_rate, "viewers", reckoned)
    return found


def fill(seen: dict[str, float], count: int, ago: float = 0.0) -> None:
    seen.update({f"{count}-{number}-{ago}": time.monotonic() - ago for number in range(count)})


@pytest.mark.parametrize(("count", "seconds"), [(0, LEAST), (1, LEAST), (CLASS, 7.5), (1000, refresh_rate.SLOWEST)])
def test_the_more_look_on_the_less_often_each_does(seen: dict[str, float], count: int, seconds: float) -> None:
    fill(seen, count)

    assert refresh_rate.pace(LEAST) == seconds


def test_who_has_not_looked_lately_is_no_audience(seen: dict[str, float]) -> None:
    fill(seen, CLASS, ago=refresh_rate.WINDOW + 1)
    fill(seen, 2)

    refresh_rate.enter()

    assert refresh_rate.viewers() == 3


def test_pace_is_kept_until_another_one_is_clearly_better(seen: dict[str, float]) -> None:
    fill(seen, 8)
    assert not refresh_rate.has_changed(LEAST, LEAST)

    fill(seen, CLASS)
    assert refresh_rate.has_changed(LEAST, LEAST)
    assert not refresh_rate.has_changed(refresh_rate.pace(LEAST), LEAST)


def test_several_viewers_share_an_instant_and_one_never_sees_what_is_old(seen: dict[str, float]) -> None:
    alone = [refresh_rate.instant() for _ in range(3)]
    fill(seen, 2)
    shared = {refresh_rate.instant() for _ in range(50)}

    assert len(set(alone)) == 3
    assert len(shared) <= 2  # a second may end between two of them


def test_queue_is_advanced_once_for_a_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Path] = []
    monkeypatch.setattr(queue, "advance", calls.append)

    for _ in range(CLASS):
        refresh_rate.advance(tmp_path)

    assert calls == [tmp_path]


def test_thirty_viewers_of_a_run_cost_one_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = store.create(presets.get("digits-quick").config, {}, "one", tmp_path)
    (run.path / "metrics.jsonl").write_text('{"step": 10, "epoch": 1, "g_loss": 0.7, "d_loss": 1.4}\n')
    built: list[str] = []
    monkeypatch.setitem(
        charts._FIGURES, "losses", lambda *arguments: built.append("losses") or go.Figure(layout={"margin": {"r": 8}})
    )
    stamp = cached.metrics_stamp(run)

    for _ in range(CLASS):
        charts._figure("losses", stamp, ((10.0, "paused"),), "non_saturating")
    assert built == ["losses"]

    charts._figure("losses", stamp, ((10.0, "resumed"),), "non_saturating")
    assert len(built) == 2


def test_of_metrics_that_grow_only_the_newest_version_is_kept(tmp_path: Path) -> None:
    run = store.create(presets.get("digits-quick").config, {}, "one", tmp_path)
    path = run.path / "metrics.jsonl"
    for step in (10, 20, 30):
        with path.open("a") as file:
            file.write(f'{{"step": {step}}}\n')
        columns = cached.metrics(*cached.stamp(path))
        assert columns["step"][-1] == step
        assert cached.metrics(*cached.stamp(path)) is columns  # read once however many look

    assert len(cached._newest_metrics(str(path))) == 1
