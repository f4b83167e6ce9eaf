"""Cost against quality: who is best at which value of a point and at which budget, and by which rule."""
