"""`python -m scheduler.config.schema > docs/config.schema.json` writes the JSON Schema of config.toml anew."""

import sys

from scheduler.config.config import schema

if __name__ == "__main__":
    sys.stdout.write(schema())
