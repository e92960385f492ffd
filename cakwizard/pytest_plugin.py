"""Collect walk files as tests."""
