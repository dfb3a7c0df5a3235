"""What goes wrong around a receiver, done to a real one: it is killed, its disk is full, its clients are hostile."""
