"""The command ``simulate``: parses, calls, prints; no arithmetic."""
