import pytest

from ganlib import presets
from ganlib.catalog import losses
from ganlib.config import FIELDS
from ganlib.presets import PRESETS
from ganlib.runs import store
from ganlib.utils.errors import UserError
from ui.common import links
from ui.common.links import Draft

WGAN_RATE = 5e-5


def another(name: str) -> list[object]:
    """Return values of a setting that are possible by themselves, besides its default."""
    info = FIELDS[name]
    if info.choices:
        return [value for value in info.choices if value != info.default]
    return [not info.default] if isinstance(info.default, bool) else [info.checked(info.high)]


@pytest.mark.parametrize("name", PRESETS)
def test_link_to_a_preset_is_its_name_and_brings_it_back(name: str) -> None:
    draft = Draft.of(name)

    assert links.query(draft) == {"preset": name}
    assert links.read({"preset": name}) == (draft, [])
    assert draft.config() == presets.get(name).config


@pytest.mark.parametrize("name", FIELDS)
def test_every_value_of_every_setting_comes_back_through_a_link(name: str) -> None:
    for value in another(name):
        draft = Draft.of("mnist-quick").with_values(**{name: value})

        assert links.read(links.query(draft)) == (draft, [])


@pytest.mark.parametrize("loss", losses.LOSSES)
def test_loss_in_a_link_brings_its_papers_settings(loss: str) -> None:
    draft, troubles = links.read({"preset": "mnist-quick", "loss": loss})

    wanted = presets.get("mnist-quick").config.changed(loss=loss)
    assert not troubles
    assert draft.config() == wanted
    assert set(links.query(draft)) <= {"preset", "loss"}


def test_link_names_only_what_differs_from_preset_and_loss() -> None:
    draft = Draft.of("mnist-quick").with_loss("wgan").with_values(batch_size=128)

    assert links.query(draft) == {"preset": "mnist-quick", "loss": "wgan", "batch_size": "128"}
    assert draft.values["g_learning_rate"] == WGAN_RATE


def test_setting_named_beside_a_loss_wins_over_what_the_loss_brings() -> None:
    draft, _ = links.read({"preset": "mnist-quick", "critic_steps": "2", "loss": "wgan"})

    assert (draft.values["critic_steps"], draft.values["g_learning_rate"]) == (2, WGAN_RATE)


def test_earlier_settings_kept_under_another_loss_are_in_the_link() -> None:
    draft = Draft.of("mnist-quick").with_values(loss="wgan")

    assert links.query(draft)["g_learning_rate"] == "0.004"
    assert links.read(links.query(draft)) == (draft, [])


def test_presets_own_loss_brings_the_presets_settings_back() -> None:
    draft = Draft.of("mnist-quick")

    assert draft.with_loss("wgan").with_loss("non_saturating") == draft


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"preset": "nonsense"}, "There is no preset 'nonsense'; choose one of: digits-quick"),
        ({"loss": "nonsense"}, "There is no loss 'nonsense'; choose one of: minimax"),
        ({"batch_size": "many"}, "batch_size must be a whole number, not 'many'."),
        ({"batch_size": "0"}, "batch_size must be between 2 and 4096, not 0."),
        ({"g_learning_rate": "nan"}, "g_learning_rate must be between 1e-07 and 1, not nan."),
        ({"spectral_norm": "perhaps"}, "spectral_norm must be true or false, not 'perhaps'."),
        ({"utm_source": "mail"}, "there is no setting 'utm_source'."),
        ({"seed": "1" * 5000}, "seed is never longer than 40 characters."),
        ({"x" * 5000: "1"}, "there is no setting 'xxxxx"),
    ],
)
def test_bad_part_of_a_link_is_left_out_with_one_sentence(params: dict[str, str], sentence: str) -> None:
    draft, troubles = links.read({"latent_dim": "7", **params})

    assert draft == Draft.of(links.FIRST).with_values(latent_dim=7)
    assert len(troubles) == 1
    assert sentence in troubles[0]
    assert len(troubles[0]) < 700


def test_settings_that_contradict_each_other_are_the_forms_to_explain() -> None:
    draft, troubles = links.read({"preset": "fashion-wgan", "update": "simultaneous"})

    assert not troubles
    with pytest.raises(UserError, match="Several D updates"):
        draft.config()


def test_address_is_a_link_even_where_the_page_is_unknown() -> None:
    draft = Draft.of("mnist-quick").with_values(seed=3)

    assert links.address(draft, "http://here/train") == "http://here/train?preset=mnist-quick&seed=3"
    assert links.address(draft, None) == "?preset=mnist-quick&seed=3"


@pytest.mark.parametrize("name", ["../../etc", "/etc/passwd", "..\\x", "no-such-run", "", "a b", "<b>", "x" * 5000])
def test_run_of_an_address_is_never_a_path(name: str) -> None:
    with pytest.raises(UserError, match="There is no run") as caught:
        links.run(name)
    assert len(str(caught.value)) < 200


def test_run_of_an_address_is_never_a_path_even_where_there_is_a_run(tmp_path, monkeypatch) -> None:
    run = store.create(presets.get("digits-quick").config, {}, "a-run", tmp_path)
    with pytest.raises(UserError, match="There is no run"):
        links.run(str(run.path))

    monkeypatch.setenv("GANLIB_RUNS", str(tmp_path))
    assert links.run("a-run").path == run.path
