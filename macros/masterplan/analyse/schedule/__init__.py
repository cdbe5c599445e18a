"""When things can be done: the network of dependencies, schedules for people, odds, and reasons for dates.

`schedules.Schedules` gives them all; every other module computes one of them.
"""
