"""What is said of a sweep: while it runs, and once it is kept."""
