"""Send messages to endpoints: route, render, sign, send, try again."""
