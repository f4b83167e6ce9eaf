"""Thousands to billions of scenarios: what is varied, how a block of rows is worked out, where it is written.

``space`` says which rows there are, ``work`` what a block of them comes to, ``storage`` keeps them,
``workers`` share them out, ``summary`` reads what was kept.
"""
