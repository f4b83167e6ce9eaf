"""What a choice hangs on: which inputs move it, where they flip it, which share of the variance is theirs."""
