"""What people type for a number: units, money, intervals, distributions; ``quantities`` is the door."""
