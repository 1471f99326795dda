"""What is known of a metric without computing it."""

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Metric:
    """What is known of a metric without computing it.

    Attributes:
        name: the key in `METRICS` and in an evaluation.
        title: what people call it.
        about: one plain line: what it measures.
        how_to_read: one plain line: what is good, and where it misleads.
        is_better: "lower" or "higher".
        form: format specification for one value, such as ".0%".
        source: arXiv number of the paper it comes from, or "".
        needs_labels: it looks through a classifier, which only data sets with known classes have.
        rewards_collapse: a generator that repeats one good picture scores high.
        bounds: the smallest and the largest value there can be.
        peaks_at_real: what real images get is best; beyond it lies other trouble.
    """

    name: str
    title: str
    about: str
    how_to_read: str
    is_better: str
    form: str
    source: str = ""
    needs_labels: bool = True
    rewards_collapse: bool = False
    bounds: tuple[float, float] = (0.0, inf)
    peaks_at_real: bool = False

    @property
    def aim(self) -> str:
        """Which values are good, in a few words."""
        return "as real images is best" if self.peaks_at_real else f"{self.is_better} is better"

    def text(self, value: float) -> str:
        """Write a value; a small distance is not written as zero."""
        text = format(value, self.form)
        is_lost = value and not self.form.endswith("%") and not any(digit in text for digit in "123456789")
        return f"{value:.1g}" if is_lost else text
