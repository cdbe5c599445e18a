"""When things can be done: the network of dependencies, schedules for people, odds, and reasons for dates.

`Schedules` gives them all; every other module computes one of them.
"""

from masterplan.analyse.schedule.schedules import Schedules
from masterplan.analyse.schedule.staff import Staffed

__all__ = ["Schedules", "Staffed"]
