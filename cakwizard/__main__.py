"""Run the program as `python -m cakwizard`."""

from __future__ import annotations

from cakwizard.cli import main

if __name__ == "__main__":
    main()
