"""What an experiment will amount to, told before it starts."""

from typing import NamedTuple

from ganlib.experiments.plan import Plan
from ganlib.training import estimate
from ganlib.utils import environment
from ui.common import cached

_LATEST = 12  # runs that are looked at: a page of experiments asks for many forecasts


class Forecast(NamedTuple):
    """An estimate of a whole experiment.

    Attributes:
        seconds: from the first start to the last end, one run after the other or as many at a time as may train.
        each: the estimate of each value's run, in the order of `Plan.values`.
    """

    seconds: float
    each: list[estimate.Estimate]


def of(plan: Plan) -> Forecast:
    """Foretell an experiment from the latest runs on this machine."""
    known = [run for run, _ in cached.overview()[:_LATEST]]
    each = [estimate.estimate(run.config, known) for run in plan.first_of_each]
    seeds = len(plan.runs) // len(each)
    whole = seeds * sum(one.seconds + estimate.GETTING_READY for one in each)
    return Forecast(whole / min(environment.slots(), len(plan.runs)), each)
