"""A client leaves in one file, and comes in again elsewhere."""
