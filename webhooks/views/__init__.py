"""Pages about webhooks, for those who look after the whole agency."""
