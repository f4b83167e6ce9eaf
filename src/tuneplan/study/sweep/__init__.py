"""Thousands to billions of scenarios: what is varied, how a block of rows is worked out, where it is written.

``space`` says which rows there are, ``work`` what a block of them comes to, ``sharing`` gives blocks to workers,
``storage`` keeps them, ``dataset`` opens what was kept, ``summary`` reads it.
"""
