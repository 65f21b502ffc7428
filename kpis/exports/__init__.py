"""What leaves as files: lists and whole clients."""
