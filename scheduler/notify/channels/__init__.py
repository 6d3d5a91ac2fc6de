"""How each kind of endpoint is told: one module a kind."""
