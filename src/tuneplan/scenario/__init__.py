"""The question: a YAML file read, checked, and turned into arrays."""
