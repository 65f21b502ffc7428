"""How each kind of row is added, changed and removed: its own meaning, one module per family."""
