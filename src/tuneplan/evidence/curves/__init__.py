"""Learning curves: fitted by a law with priors from published curves, and carried on beyond their last point."""
