"""The tests mirror src/inspector: each is a promise to a user, told in its docstring."""
