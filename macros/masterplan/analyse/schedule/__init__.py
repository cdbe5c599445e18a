"""When things can be done: the network of dependencies, schedules for people, odds, and why then.

`Schedules` is the door; the rest computes one thing each.
"""

from masterplan.analyse.schedule.schedules import Schedules
from masterplan.analyse.schedule.staff import Staffed

__all__ = ["Schedules", "Staffed"]
