"""Why believe it: published measurements, predicted by the model that ``run`` uses, and pilots of one's own."""
