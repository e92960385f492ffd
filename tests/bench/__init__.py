"""Benchmarks: long runs and comparisons that are not part of the tests."""
