"""Screens: one a file, each with its own bindings."""
