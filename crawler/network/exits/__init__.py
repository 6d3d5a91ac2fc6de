"""Exits, the places that requests leave from: this machine, a proxy. A kind is one file and a line of the registry."""
