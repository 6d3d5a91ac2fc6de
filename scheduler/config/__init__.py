"""What an operator decides: config.toml, endpoints, secrets, and the program put together from them."""
