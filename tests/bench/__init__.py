"""What users run, measured: `python -m tests.bench` prints a table; `--times 3` is quicker."""
