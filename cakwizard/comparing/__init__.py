"""What is different between two trees, or between what was decided then and now."""
