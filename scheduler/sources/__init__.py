"""Try, check, propose and record sources; what they cover and what they missed."""
