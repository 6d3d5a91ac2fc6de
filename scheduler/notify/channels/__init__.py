"""Send to each kind of endpoint: one module for each kind."""
