"""A tree as a picture, a text or data: one function per format."""
