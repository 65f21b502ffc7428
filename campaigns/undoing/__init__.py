"""Taking an import out of those that came after it, in copies of the tables; `services.undo` uses it."""
