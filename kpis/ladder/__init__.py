"""From a big goal back to what it takes: read at the client's own rates, kept as child goals."""
