"""What a tree is made of, how its file is written, and how it is read."""
