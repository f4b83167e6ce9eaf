"""Which tasks should share a model? All groupings where they can be counted, a search where not.

The score of a grouping adds up over its groups, and a group's part hangs on nothing but the set of
tasks that its model is trained on: of 8 tasks there are 4 140 groupings but only 255 sets. Each set
is trained once (``values``), every grouping is then a sum (``screening``), and the leading ones are
run as ordinary strategies, on draws that did not choose them (``analysis``).
"""
