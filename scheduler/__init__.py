"""The running program: whatever happens because time passes."""
