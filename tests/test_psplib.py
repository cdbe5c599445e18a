"""The benchmark reads public test instances of the project scheduling library PSPLIB."""

from benchmarks.psplib import read
from masterplan.analyse.schedule.list_scheduling import list_schedule

STARS = "*" * 72
INSTANCE = f"""{STARS}
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           4
   4        1          0
{STARS}
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
------------------------------------------------------------------------
  1      1     0       0    0
  2      1     8       4    0
  3      1     4       3    1
  4      1     0       0    0
{STARS}
RESOURCEAVAILABILITIES:
  R 1  R 2
    5    1
{STARS}
"""


def test_an_instance_is_read_as_a_problem() -> None:
    problem = read(INSTANCE)
    assert [activity.needs for activity in problem.activities] == [(), (0,), (0,), (1, 2)]
    assert [activity.modes[0].duration for activity in problem.activities] == [0, 8, 4, 0]
    assert problem.activities[2].modes[0].demands == ((0, 3), (1, 1))
    assert [resource.capacity for resource in problem.resources] == [5, 1]
    assert list_schedule(problem).length == 12  # both want more than half of the first resource
