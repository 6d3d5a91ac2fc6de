"""Try, check, propose and record sources; count what they cover and what they missed."""
