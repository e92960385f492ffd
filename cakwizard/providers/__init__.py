"""The contracted providers: the lists, their look-up and their comparison."""
