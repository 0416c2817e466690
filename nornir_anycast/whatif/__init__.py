"""Who would take over when nodes, routers or links are lost. Pure."""

from nornir_anycast.whatif.forecast import find_single_points, forecast
from nornir_anycast.whatif.losses import Loss, parse_losses, single_losses
from nornir_anycast.whatif.model import Forecast, Shift, SinglePoint, Unsaid

__all__ = [
    "Forecast",
    "Loss",
    "Shift",
    "SinglePoint",
    "Unsaid",
    "find_single_points",
    "forecast",
    "parse_losses",
    "single_losses",
]
