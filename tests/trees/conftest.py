"""The walk files beside these trees are for them, not for the tree that pytest runs walk files on."""

collect_ignore_glob = ["*.walks.yaml"]
