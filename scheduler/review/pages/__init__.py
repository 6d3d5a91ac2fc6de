"""The pages: one module each, with its handlers and its routes."""
