"""What a classifier's opinions say: how sure it is, and how the classes are shared out.

Throughout, `probabilities` has shape (N, K), rows adding up to 1, and `weights` says how often each of the N
images counts (by default once), which is how a bootstrap draws them anew.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.special import entr

from ganlib.catalog.metrics import MISSING

SURE = 0.9
ENOUGH = 2000
"""With fewer samples, a class that has its share may still come up in fewer than 1 of 100."""


def score(probabilities: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return exp E KL(p(y|x) || p(y)), over all samples at once (Salimans et al. 2016, arXiv 1606.03498).

    It lies between 1 and the number of classes. The formula is that of the Inception score, but for the
    classifier of the data set at hand.
    """
    probabilities = np.asarray(probabilities, np.float64)
    marginal = np.average(probabilities, axis=0, weights=weights)
    # E KL(p(y|x) || p(y)) = H(y) - E H(y|x)
    conditional = np.average(entr(probabilities).sum(axis=1), weights=weights)
    return max(1.0, float(np.exp(entr(marginal).sum() - conditional)))


def recognised(probabilities: np.ndarray) -> np.ndarray:
    """Say of which images the classifier is more than 90 % sure, shape (N,)."""
    return probabilities.max(axis=1) > SURE


def shares(probabilities: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Return the share of images that are most likely of each class, shape (K,)."""
    counts = np.bincount(probabilities.argmax(axis=1), weights, minlength=probabilities.shape[1])
    return counts / counts.sum()


def is_asked(probabilities: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Say which images are most likely of the class that was asked for, class numbers of shape (N,)."""
    return probabilities.argmax(axis=1) == asked


def confusion(probabilities: np.ndarray, asked: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Return how many images of each class that was asked for (row) are taken for each (column), shape (K, K)."""
    kinds = probabilities.shape[1]
    pairs = asked * kinds + probabilities.argmax(axis=1)
    return np.bincount(pairs, weights, minlength=kinds * kinds).reshape(kinds, kinds)


def best_matching(confusion: np.ndarray) -> np.ndarray:
    """Return the class that stands for each category (row), each for one at most, so that most samples fit."""
    return np.asarray(linear_sum_assignment(confusion, maximize=True)[1])


def purity(confusion: np.ndarray) -> float:
    """Return the share of samples that are of the class that stands for their category, see `best_matching`."""
    return float(confusion[np.arange(len(confusion)), best_matching(confusion)].sum() / confusion.sum())


def mutual_information(confusion: np.ndarray) -> float:
    """Return what rows and columns tell of each other, in nats: H(row) + H(column) - H(row, column)."""
    joint = confusion / confusion.sum()
    entropies = [entr(shares).sum() for shares in (joint.sum(axis=1), joint.sum(axis=0), joint)]
    return max(0.0, float(entropies[0] + entropies[1] - entropies[2]))


def class_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Return the total variation distance between two rows of shares: half the sum of their differences."""
    return float(np.abs(a - b).sum() / 2)


def classes_missing(found: np.ndarray) -> int:
    """Return how many classes have a share under 1 %."""
    return int((found < MISSING).sum())
