"""Foreign bytes by the million: `make fuzz` with coverage as its guide, and a bounded part of it in `make test`."""
