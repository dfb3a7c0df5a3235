"""The core: a function of its arguments that never raises on foreign bytes."""
