"""The conversation: one protocol, two askers."""
