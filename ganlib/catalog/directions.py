"""Ways to find meaningful directions in a latent space; how each is computed stands in `ganlib.explore.directions`."""

from dataclasses import dataclass

from ganlib.catalog.table import pick


@dataclass(frozen=True)
class Method:
    """Facts about one way to find directions."""

    name: str
    title: str
    about: str
    source: str


METHODS: dict[str, Method] = {
    spec.name: spec
    for spec in (
        Method("weights", "First layer's weights",
            "The directions that the generator's first dense layer stretches most: read off its weights at once.",
            "arXiv 2007.06600 (SeFa, Shen and Zhou 2021)"),
        Method("activations", "First layer's activations",
            "The directions along which what the first layer passes on varies most, over many random z.",
            "arXiv 2004.02546 (GANSpace, Härkönen et al. 2020)"),
        Method("axes", "Coordinates of z",
            "The entries of z one by one; nothing in training gives any of them a meaning of its own.", ""),
    )
}  # fmt: skip


def get(name: str) -> Method:
    """Return the facts about a way to find directions; a `UserError` lists the names if there is none."""
    return pick(METHODS, name, "kind of direction")
