"""Benchmarks of time, memory and size, and a generator of plans of any size to run them on."""
