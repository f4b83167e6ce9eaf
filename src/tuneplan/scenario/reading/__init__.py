"""YAML text to typed leaves with their places: tree, walk, copies, overrides, values, rules."""
