"""Readers of single things that stand in text: pure, for every stage."""
