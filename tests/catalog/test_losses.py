import re
from math import log

import pytest

from ganlib.catalog import losses
from ganlib.config import FIELDS, TrainConfig
from ganlib.utils.errors import UserError

NAMES = pytest.mark.parametrize("name", losses.LOSSES)

PAPERS = {
    "minimax": "1406.2661",
    "non_saturating": "1406.2661",
    "lsgan": "1611.04076",
    "wgan": "1701.07875",
    "wgan_gp": "1704.00028",
    "hinge": "1705.02894",
    "dragan": "1705.07215",
    "ebgan": "1609.03126",
    "began": "1703.10717",
}


def test_each_loss_names_its_paper():
    assert {name: loss.paper for name, loss in losses.LOSSES.items()} == PAPERS


def test_get_returns_the_entry():
    assert losses.get("hinge") is losses.LOSSES["hinge"]


def test_an_unknown_name_lists_the_valid_ones():
    with pytest.raises(UserError, match="There is no loss 'gan'; choose one of: minimax, non_saturating"):
        losses.get("gan")


@NAMES
def test_entries_are_told_completely(name):
    loss = losses.get(name)
    assert loss.name == name
    for sentence in (loss.about, loss.how_to_read):
        assert sentence.endswith(".")
        assert "\n" not in sentence
    assert loss.d_formula.count("{") == loss.d_formula.count("}")
    assert loss.g_formula.count("{") == loss.g_formula.count("}")
    assert "G(z)" in loss.g_formula


@NAMES
def test_the_defaults_are_settings_and_give_a_config(name):
    loss = losses.get(name)
    assert set(loss.defaults) <= set(FIELDS)
    config = TrainConfig.from_dict({"loss": name, **loss.defaults})
    assert {key: getattr(config, key) for key in loss.defaults} == loss.defaults


def test_only_wasserstein_losses_have_a_critic():
    assert [name for name, loss in losses.LOSSES.items() if loss.adversary == "Critic"] == ["wgan", "wgan_gp"]


def test_who_clips_and_who_penalises():
    assert [name for name, loss in losses.LOSSES.items() if loss.clips] == ["wgan"]
    penalised = {name: loss.penalty for name, loss in losses.LOSSES.items() if loss.penalty}
    assert penalised == {"wgan_gp": "wgan_gp", "dragan": "dragan"}


def test_the_wasserstein_defaults_are_those_of_the_papers():
    """1701.07875, algorithm 1; 1704.00028, algorithm 1."""
    wgan, wgan_gp = losses.get("wgan").defaults, losses.get("wgan_gp").defaults
    for network in "gd":
        assert (wgan[f"{network}_optimizer"], wgan[f"{network}_learning_rate"]) == ("rmsprop", 5e-5)
        adam = [wgan_gp[f"{network}_{key}"] for key in ("optimizer", "learning_rate", "beta_1", "beta_2")]
        assert adam == ["adam", 1e-4, 0.0, 0.9]
    assert wgan["critic_steps"] == wgan_gp["critic_steps"] == 5
    assert wgan["update"] == wgan_gp["update"] == "alternating"


def test_every_loss_brings_the_same_set_of_settings():
    """Else a change of loss would leave settings of the loss before behind."""
    assert len({frozenset(loss.defaults) for loss in losses.LOSSES.values()}) == 1


@NAMES
def test_the_text_names_the_balance_it_was_given(name):
    loss = losses.get(name)
    numbers = {abs(float(number)) for number in re.findall(r"\d+(?:\.\d+)?", loss.how_to_read)}
    for balance in (loss.d_balance, loss.g_balance):
        if balance is not None:
            assert any(abs(abs(balance) - number) < 0.005 for number in numbers)


def test_the_balance_of_the_logistic_game():
    assert losses.get("non_saturating").d_balance == 2 * log(2)
    assert losses.get("minimax").g_balance == -log(2)
