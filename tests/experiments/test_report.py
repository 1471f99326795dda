"""The report: whole in one file, honest about what is missing, and deaf to what is typed into titles."""

import base64
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from ganlib.experiments import report as module
from ganlib.experiments import results
from ganlib.experiments.plan import PAPER
from ganlib.experiments.report import report
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, QUEUED, Status
from ganlib.utils import files

PACKED_PLOTLY = module._packed_plotly


class Page(HTMLParser):
    """Collects elements with their attributes, and the text that is seen."""

    def __init__(self, content):
        super().__init__()
        self.elements, self.text, self._hidden = [], "", 0
        self.feed(content.decode())

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag):
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data):
        if not self._hidden:
            self.text += " ".join(data.split()) + " "

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(autouse=True)
def no_library(monkeypatch):
    """Leave Plotly's script out, which takes most of a second to pack."""
    monkeypatch.setattr(module, "_packed_plotly", lambda: "")


def figures(content):
    found = re.search(rb'<script id="figures" type="application/json">(.*?)</script>', content, re.DOTALL)
    return json.loads(found.group(1))


def test_it_holds_everything_and_loads_nothing(made):
    page = Page(report(made()))
    assert page.all("link") == []
    assert all("src" not in script for script in page.all("script"))
    assert all(image["src"].startswith("data:image/png;base64,") for image in page.all("img"))


def test_pictures_stand_side_by_side_within_a_seed_and_have_alternative_texts(made):
    page = Page(report(made()))
    alternatives = [image["alt"] for image in page.all("img")]
    assert len(set(alternatives)) == 4
    assert "Loss Non-saturating, random seed 1, after 100 steps" in alternatives[0]
    assert "Loss Least squares, random seed 1" in alternatives[1]
    assert base64.b64decode(page.all("img")[0]["src"].partition(",")[2]).startswith(b"\x89PNG")


def test_it_tells_what_was_varied_and_what_came_with_it(made):
    text = Page(report(made(("non_saturating", "wgan_gp"), settings=PAPER))).text
    assert "Loss was varied on Digits: Non-saturating; WGAN-GP (gradient penalty)." in text
    assert "D updates per step 1 5" in text
    assert "Whatever else differs came with the loss" in text
    assert "compare the shapes" in text
    assert "same place in each grid is the same latent vector" in text


def test_it_tells_when_latent_vectors_differ(made):
    text = Page(report(made(field="latent_dim", values=(2, 8), seeds=1))).text
    assert "same place in two grids is not the same latent vector" in text
    assert "compare the shapes" not in text
    assert "The band reaches" not in text


def test_loss_charts_overlay_the_values(made):
    charts = figures(report(made()))
    assert [chart["title"] for chart in charts] == ["Generator loss", "Discriminator loss"]
    names = [trace["name"] for trace in charts[0]["figure"]["data"] if "name" in trace]
    assert names == ["Non-saturating", "Least squares"]


def test_metrics_stand_beside_their_floor(made):
    content = report(made())
    text = Page(content).text
    assert "11.0 (10.0 to 12.0) 12.0 (11.0 to 13.0) 0.4" in text
    assert b"<strong>11.0" not in content  # the seeds differ by more
    assert b"<strong>50%" not in content  # all the same: none is best


def test_what_is_apart_beyond_the_seeds_is_bold(made):
    experiment = made()
    for run in experiment.by_value()["lsgan"].values():
        files.append_lines(
            run.path / "evaluations.jsonl", [{"step": 100, "count": 2000, "seed": 0, "frechet_distance": 90.0}]
        )
    assert b"<strong>11.0 (10.0 to 12.0)</strong>" in report(experiment)


def test_where_several_settings_differ_none_is_called_the_best(made):
    content = report(made(("non_saturating", "wgan_gp"), settings=PAPER))
    assert "Confounded: several settings differ at once" in Page(content).text
    assert b"<strong>11.0" not in content


def test_without_evaluations_it_says_how_to_get_them(made):
    text = Page(report(made(evaluated=False))).text
    assert "None of these runs was evaluated; python -m ganlib evaluate RUN" in text


def test_the_commands_repeat_the_first_seed(made):
    text = Page(report(made())).text
    assert "python -m ganlib train digits-quick --set max_steps=20 --set max_seconds=0.0 --set seed=1" in text
    assert "--set loss=lsgan" in text


def test_runs_that_failed_or_still_wait_are_named(made):
    experiment = made()
    experiment.runs[0].write_status(Status(FAILED, message="A loss became infinite."))
    experiment.runs[1].write_status(Status(QUEUED))
    text = Page(report(experiment)).text
    assert f"{experiment.runs[0].id} failed. A loss became infinite." in text
    assert "Not all runs have ended yet" in text
    assert "1 failed, 2 finished, 1 queued" in text


def test_what_people_type_stays_text(made):
    title = "</title><script>alert(1)</script> & 'so on'"
    experiment = made(title=title)
    content = report(experiment)
    page = Page(content)
    assert b"<script>alert" not in content
    assert title in page.text


def test_a_value_from_a_foreign_record_stays_text_too(made, tmp_path):
    experiment = made()
    value = "</script><img src=x onerror=alert(1)>"
    for run in experiment.runs:
        entry = {**run.record["experiment"], "value": value, "values": [value], "field": "<b>"}
        run.write_record({**run.record, "experiment": entry})
    content = report(results.get(experiment.id, tmp_path))
    assert b"<img src=x" not in content
    assert "&lt;img" in json.dumps(figures(content))


def test_sheets_beyond_the_room_are_left_out_and_counted(made, monkeypatch):
    monkeypatch.setattr(module, "PICTURE_BYTES", 500)
    page = Page(report(made()))
    left = 4 - len(page.all("img"))
    assert left > 0
    assert f"{left} more grid" in page.text


def test_an_experiment_of_which_little_is_left_is_still_written_up(made):
    experiment = made(evaluated=False, grids=False)
    for run in experiment.runs:
        (run.path / "metrics.jsonl").write_text("nonsense")
        (run.path / "config.json").write_text("{")
    afresh = [member._replace(run=Run(member.run.path)) for member in experiment.members]
    text = Page(report(replace(experiment, members=tuple(afresh)))).text
    assert "No run has drawn a picture yet" in text
    assert "Nothing was measured yet" in text
    assert "cannot be compared" in text


def test_a_damaged_picture_is_left_out(made):
    experiment = made()
    (experiment.runs[0].path / "samples" / "last.png").write_bytes(b"\x89PNG nonsense")
    assert len(Page(report(experiment)).all("img")) == 3


def test_with_plotly_it_stays_small(made, monkeypatch):
    monkeypatch.setattr(module, "_packed_plotly", PACKED_PLOTLY)
    content = report(made())
    assert 1_000_000 < len(content) < 6_000_000 - module.PICTURE_BYTES
