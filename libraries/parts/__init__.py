"""What is too much for a system's one file: the rows of its lists, and what its answers hold."""
