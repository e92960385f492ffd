"""What a tree says about answers on a date. Nothing here prints, asks, or reads a clock or a file."""
