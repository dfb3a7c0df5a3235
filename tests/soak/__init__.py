"""An hour of load with the screen open, told in one table: `python -m tests.soak`."""
