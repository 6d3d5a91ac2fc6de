"""Answer questions about the archive with documents: what the API, assistants and exports give. Reads only."""
