"""The language of scenarios, told three times from one set of declarations; no run loads this."""
