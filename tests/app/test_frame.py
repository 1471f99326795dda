import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest, app_test

from ganlib.catalog import labels
from ganlib.config import FIELDS
from ganlib.presets import PRESETS
from ganlib.utils.errors import UserError
from tests.app.shown import again, parameter
from tests.variants import slow_unless
from ui.common import page_layout, warmup

ROOT = Path(__file__).parents[2]

PROBE = """
import sys
from streamlit.testing.v1 import AppTest
named = {"run": sys.argv[1]}
experiments = {"view": "experiments"}
pages = [("app", {}), ("learn", {}), ("train", {}), ("train", named), ("runs", {}), ("data", {}), ("compare", {})]
for script, params in [*pages, ("compare", {"runs": sys.argv[1]}), ("compare", experiments)]:
    path = "app.py" if script == "app" else f"pages/{script}.py"
    app = AppTest.from_file(path, default_timeout=60)
    app.query_params.update(params)
    app.run()
    assert not app.exception, app.exception
    assert app.title or params
print("LOADED", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def declared() -> list[tuple[str, str]]:
    """Return file and address of each page, as app.py declares them; the first page has the address ""."""
    calls = [node for node in ast.walk(ast.parse((ROOT / "app.py").read_text())) if isinstance(node, ast.Call)]
    pages = [call for call in calls if ast.unparse(call.func) == "st.Page" and isinstance(call.args[0], ast.Constant)]
    options = [{keyword.arg: ast.literal_eval(keyword.value) for keyword in page.keywords} for page in pages]
    return [(page.args[0].value, found.get("url_path", "")) for page, found in zip(pages, options, strict=True)]


def test_every_page_file_is_in_the_navigation() -> None:
    assert {path for path, _ in declared()} == {f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py")}


def test_the_gallery_stands_at_the_root() -> None:
    assert dict(declared())["pages/gallery.py"] == ""


def test_every_page_file_is_called_like_its_address() -> None:
    """Else Streamlit says "Page not found" to whoever opens that address first after a start of the server."""
    assert [path for path, address in declared() if address and Path(path).stem != address] == []


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("path", slow_unless("pages/train.py".__eq__, [path for path, _ in declared()]))
def test_page_that_streamlit_opens_by_itself_is_shown_inside_the_frame(path: str) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.query_params["me"] = "ann"
    kept = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warmup, "keep", lambda: kept.append(parameter(app, "me")))
        patch.setattr(app_test, "PagesManager", PagesManager)  # a server that has just started
        again(app.switch_page(path))  # before `app.py` has run: Streamlit's own navigation leads there
    assert len(app.title) == 1
    assert len(kept) == 1
    assert parameter(app, "me") == "ann"


@pytest.mark.slow
def test_pages_never_load_a_backend(tmp_path: Path) -> None:
    from ganlib import presets
    from ganlib.runs import store
    from ganlib.runs.status import STOPPED, Status

    run = store.create(presets.get("digits-quick").config, {}, "waiting", tmp_path)
    run.write_status(Status(STOPPED))
    # The app loads nothing ahead: what pages need is asked.
    env = {"PATH": "", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "GANLIB_RUNS": str(tmp_path), "GANLIB_WARM": "0"}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, run.id], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.partition("LOADED")[2].split())
    assert "streamlit" in loaded
    assert not loaded & {"tensorflow", "keras", "torch"}


def test_app_listens_to_this_machine_only_and_tells_nobody() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())

    assert config["server"]["address"] == "localhost"
    assert config["server"]["maxUploadSize"] <= 200
    assert config["browser"]["gatherUsageStats"] is False
    assert not {"enableCORS", "enableXsrfProtection"} & set(config["server"])


def test_nothing_in_the_frame_comes_from_the_internet() -> None:
    """Streamlit fetches a page icon given by name, and fonts given by address."""
    assert 'page_icon=":' not in (ROOT / "app.py").read_text()
    assert "http" not in (ROOT / ".streamlit" / "config.toml").read_text()


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        (
            "A batch; set discriminator_norm to auto or none.",
            r"A batch; set **Networks › Normalisation in D** to auto or none\.",
        ),
        ("Set update=alternating.", r"Set **Objective › Update order** = D before G\."),
        ("Set critic_steps=1.", r"Set **Objective › D updates per step** = 1\."),
        ("use split=test, which", "use **Data › Split** = Test, which"),
        ("The update of the loss took an epoch.", r"The update of the loss took an epoch\."),
        ("no_such_setting=1 in $HOME/*", r"no\_such\_setting=1 in \$HOME/\*"),
    ],
)
def test_settings_are_called_as_on_the_form(sentence: str, said: str) -> None:
    assert page_layout.in_words(sentence) == said


def test_no_sentence_about_a_contradiction_shows_a_settings_internal_name() -> None:
    config = PRESETS["fashion-wgan"].config
    for changes in (
        {"update": "simultaneous"},
        {"label_smoothing": 0.1},
        {"discriminator_norm": "batch", "loss": "wgan_gp"},
    ):
        with pytest.raises(UserError) as caught:
            config.changed(**changes)
        said = page_layout.in_words(str(caught.value))
        assert not [name for name in FIELDS if "_" in name and name.replace("_", r"\_") in said]


@pytest.mark.parametrize("name", FIELDS)
def test_every_choice_has_a_title(name: str) -> None:
    for value in FIELDS[name].choices:
        assert labels.title(name, value)[0].isupper()


@pytest.mark.parametrize(
    ("value", "said"), [(60000, "60,000"), (2e-4, "0.0002"), (1e-7, "1e-07"), (10.0, "10"), (0.5, "0.5"), (0, "0")]
)
def test_numbers_are_written_to_be_read_at_a_glance(value: float, said: str) -> None:
    assert labels.number(value) == said


def test_switches_are_on_or_off() -> None:
    assert [labels.title("grayscale", value) for value in (True, False)] == ["on", "off"]
