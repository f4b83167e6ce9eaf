"""Documents in three formats, from one description."""
