"""Measured values with intervals, and whether two of them are apart."""

import math
from typing import NamedTuple


class Measured(NamedTuple):
    """A value, and the ends of the interval in which 95 of 100 repeats would lie; the value itself if unknown."""

    value: float
    low: float
    high: float

    @property
    def reach(self) -> float:
        """Half of the interval, of which a bound of the metric may have cut off one side."""
        return max(self.high - self.value, self.value - self.low)


def are_apart(one: Measured, other: Measured) -> bool:
    """Whether two values differ by more than two sample sets of one generator would in 95 of 100 cases.

    An interval tells how far two sample sets of its own generator lie apart, so its half is the root of 2 times as wide
    as one set's share in that. Both shares are put together here: intervals that merely overlap say nothing.
    """
    return abs(one.value - other.value) > math.hypot(one.reach, other.reach) / math.sqrt(2)
