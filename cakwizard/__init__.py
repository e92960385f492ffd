"""Under which scheme can care for an uninsured patient in the Netherlands be claimed?"""

__version__ = "0.2.0"
