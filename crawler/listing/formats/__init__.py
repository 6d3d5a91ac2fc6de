"""Read the formats of listings, one module each. `registry.py` lists them in the order in which they are asked."""
