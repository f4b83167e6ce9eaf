"""Where nothing is feasible: single changes, each tried, that would make something so."""
