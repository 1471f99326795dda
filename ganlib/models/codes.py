"""InfoGAN: a category and codes that D can read off G's images (Chen et al. 2016, arXiv 1606.03657).

Nobody labels anything. G is given, beside noise, a category c1, one of K with equal chances, and two continuous codes,
c2 and c3. A second head of D, called Q, says what they were when an image was drawn: a share for each category, and
for each code a normal distribution. All three learn to make it right. What Q gets right is a lower bound of the
mutual information between code and image, in nats (equation 5 of the paper):

    L_I = H(c) + E log q(c | G(z, c))

The codes are the first two numbers of z, drawn as z is; the category stands beside z as a one-hot label. The paper has
uniform codes, which are those of the uniform prior.
"""

import math
from collections.abc import Callable, Sequence

import keras
from keras import ops

from ganlib.backend import engine
from ganlib.backend.hardware import Tensor
from ganlib.catalog.training import CATEGORIES, CODES, INFORMATION
from ganlib.models import priors

WEIGHT = 0.1
"""What a nat of a code counts beside one of the category, for the losses (lambda in the paper)."""

_HIDDEN = 128
_FINEST = 0.05  # least standard deviation that Q can claim, so that its density stays finite


def head(
    image_shape: tuple[int, ...],
    categories: int,
    layers: Sequence[keras.layers.Layer],
    make_dense: Callable[..., keras.layers.Layer],
) -> keras.Model:
    """Build a D that gives, beside its logit, what Q says: shape (batch, 1 + categories + 2 * CODES).

    Q has D's features and, as in the paper, one hidden layer of its own. Arguments as for `conditioning.projection`.
    """
    inputs = features = keras.Input(image_shape)
    for layer in layers[:-1]:
        features = layer(features)
    hidden = keras.layers.LeakyReLU(0.2, name="q_activation")(make_dense(_HIDDEN, name="q_hidden")(features))
    said = make_dense(categories + 2 * CODES, name="codes", dtype="float32")(hidden)
    outputs = keras.layers.Concatenate(name="both", dtype="float32")([layers[-1](features), said])
    return keras.Model(inputs, outputs, name="discriminator")


def draw_categories(count: int, seed: keras.random.SeedGenerator) -> Tensor:
    """Draw categories, one-hot, float32, shape (count, categories)."""
    chances = engine.random_uniform((count, len(CATEGORIES)), seed)
    return ops.one_hot(ops.argmax(chances, axis=-1), len(CATEGORIES))


def told(inputs: Tensor, latent_dim: int) -> Tensor:
    """Return the codes and the one-hot category out of what G was given, shape (batch, CODES + categories)."""
    return ops.concatenate([inputs[:, :CODES], inputs[:, latent_dim:]], axis=-1)


def information(said: Tensor, told: Tensor, prior: str) -> dict[str, Tensor]:
    """Return the bounds by their names in `INFORMATION`.

    Args:
        said: Q's outputs, logits of categories, means, and what becomes standard deviations by a softplus.
        told: what `told` returns.
        prior: that of the codes.
    """
    categories = said.shape[-1] - 2 * CODES
    logits, means, spreads = said[:, :categories], said[:, categories:-CODES], said[:, -CODES:]
    cross_entropy = ops.categorical_crossentropy(told[:, CODES:], logits, from_logits=True)
    deviations = _FINEST + ops.softplus(spreads)
    errors = ops.square((told[:, :CODES] - means) / deviations) / 2
    log_density = -errors - ops.log(deviations) - math.log(2 * math.pi) / 2
    of_codes = priors.get(prior).entropy + ops.mean(log_density, axis=0)
    bounds = [math.log(categories) - ops.mean(cross_entropy), *(of_codes[place] for place in range(CODES))]
    return dict(zip(INFORMATION, bounds, strict=True))


def loss(bounds: dict[str, Tensor], prior: str) -> Tensor:
    """Return what D, Q and G minimise beside their game: -E log q, so what is missing of each entropy, weighted."""
    category, *of_codes = bounds.values()
    missing = sum(priors.get(prior).entropy - bound for bound in of_codes)
    return math.log(len(CATEGORIES)) - category + WEIGHT * missing
