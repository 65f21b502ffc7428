"""From a bare Python 3.11 to everything in place. Standard library only: nothing is installed yet."""
