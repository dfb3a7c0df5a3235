"""Input that wants to do harm: none of it acts."""
