"""Define the commands, by what they work on. A command imports what it needs when it runs, so that all start fast."""
