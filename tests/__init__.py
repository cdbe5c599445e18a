"""The tests, as a package so that they can share helpers such as `tests.browser`."""
