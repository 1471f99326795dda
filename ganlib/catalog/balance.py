"""D's least possible loss when labels are smoothed or flipped."""

from math import log


def nothing(smoothing: float, flips: float) -> float:
    return 0.0


def entropy(smoothing: float, flips: float) -> float:
    """Least logistic loss: for real and for fake images, the entropy of a coin as sure as their labels."""
    return -sum(
        share * log(share)
        for as_real in _counted_as_real(smoothing, flips)
        for share in (as_real, 1 - as_real)
        if share > 0
    )


def variance(smoothing: float, flips: float) -> float:
    """Least squared loss: half the variances of those coins."""
    return sum(as_real * (1 - as_real) / 2 for as_real in _counted_as_real(smoothing, flips))


def _counted_as_real(smoothing: float, flips: float) -> tuple[float, float]:
    """Return by how much real images count as real on average, and fake ones."""
    return (1 - flips) * (1 - smoothing), flips * (1 - smoothing)
