"""From a scenario to arrays: strategies, defaults, hardware, draws; ``scenario.lower`` is the door."""
