"""What listings are written in: one module a format. `registry.py` lists them in the order in which they are asked."""
