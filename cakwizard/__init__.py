"""A decision tree as a conversation: under which scheme can the costs be claimed?"""

__version__ = "0.1.0"
