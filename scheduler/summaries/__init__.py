"""Ask a language model for a policy's summary, and keep of it what quotes of the text carry. Off by default."""
