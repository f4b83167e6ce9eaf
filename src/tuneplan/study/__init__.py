"""What we learn: the model run many times, and the decision."""
