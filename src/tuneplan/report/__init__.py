"""What we say: verdicts as text, Markdown, JSON and CSV."""
