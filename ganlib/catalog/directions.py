"""Ways to find meaningful directions in a latent space; how each is computed stands in `ganlib.explore.directions`."""

from collections.abc import Mapping

from ganlib.catalog.table import Choice, by_name

METHODS: Mapping[str, Choice] = by_name(
    Choice("weights", "First layer's weights",
        "The directions that the generator's first dense layer stretches most: read off its weights at once.",
        "arXiv 2007.06600 (SeFa, Shen and Zhou 2021)"),
    Choice("activations", "First layer's activations",
        "The directions along which what the first layer passes on varies most, over many random z.",
        "arXiv 2004.02546 (GANSpace, Härkönen et al. 2020)"),
    Choice("axes", "Coordinates of z",
        "The entries of z one by one; nothing in training gives any of them a meaning of its own.", ""),
)  # fmt: skip
