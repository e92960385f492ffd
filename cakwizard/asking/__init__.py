"""The conversation: asked in a window or on lines, by the same words."""
