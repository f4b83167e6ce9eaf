"""The same question at one value of an input after another, or of two: where the answer turns."""
