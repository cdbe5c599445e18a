"""Plans for tests of differences: pairs that differ in a few things, and recorded cases in `cases/`."""
