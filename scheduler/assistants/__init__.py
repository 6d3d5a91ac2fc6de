"""Serve the archive to assistants, read only (Model Context Protocol). Needs the extra `mcp`."""
