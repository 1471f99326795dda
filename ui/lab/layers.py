"""What the picture of the Lab can show, layer by layer: what each is called, and how to read it."""

from collections.abc import Mapping

LAYERS: Mapping[str, tuple[str, str]] = {
    "surface": ("D's opinion", "Green: D takes it for real. Purple: for generated. White: undecided."),
    "contour": ("Boundary", "Orange: where D is undecided; for a critic, where its score is halfway."),
    "real": ("Real", "Green dots: points that G has to learn to imitate."),
    "fake": ("Generated", "Purple dots: 400 points, always from the same latent vectors."),
    "lattice": ("G's grid", "Blue lines: where G takes a lattice of z; where they are close, samples are dense."),
    "pushes": ("Push", "Arrows: where G's own loss wants each point to go; longer is stronger."),
    "lost": ("Lost", "Rings: modes to which none of 2,000 samples belonged when they were last evaluated."),
}
USUAL = ("surface", "contour", "real", "fake", "lost")
