"""Staged rows become facts, set-wise: parents first, then the upsert, with what it replaces kept."""
