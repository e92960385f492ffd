"""Walk files: cases with expectations, run against a tree, and what they leave untested.

`walkfile` reads them, `running` judges them, `coverage` and `missing` tell what no
case walks, `mutants`, `survivors` and `apart` what no case would notice, and
`recording` writes cases down.
"""
