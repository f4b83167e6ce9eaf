"""What knowing more is worth, in all, of one number, of a group, and by the checks that a scenario names."""
