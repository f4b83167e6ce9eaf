"""Published head-to-heads: the same base fine-tuned on one task and on a mixture, predicted by the model that ``run`` runs.

``settings`` finds which rows of a paper were trained together, ``questions`` turns a row into a scenario,
``arms`` trains both models of it on the draws of one cube, ``predicting`` compares them, alone or given the
specialist's score; ``yardsticks`` say what simple methods make of the same rows, ``ablation`` what each part of the law earns.
"""
