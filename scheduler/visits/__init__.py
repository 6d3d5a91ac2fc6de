"""Decide when sources are visited, and run the rounds of visits."""
