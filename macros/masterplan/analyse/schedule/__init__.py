"""Schedules: efforts, the network of dependencies, schedules for people, odds, and reasons for dates.

`schedules.Schedules` is the entry point; every other module computes one of these.
"""
