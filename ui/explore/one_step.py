"""One step: what the next step of the training would do, station by station."""

from ui.common import step_stations
from ui.explore.view_context import ViewContext

TITLE = "One step"


def show(context: ViewContext) -> None:
    step_stations.show(context.run, context.step)
