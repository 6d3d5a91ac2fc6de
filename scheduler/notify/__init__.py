"""Tell endpoints: route, render, sign, send."""
