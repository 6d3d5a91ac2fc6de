"""Read what an operator decides (config.toml, endpoints, secrets) and put the program together from it."""
