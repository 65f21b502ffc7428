"""An archive of a client comes in by a page: sent, checked, looked at, brought in as a new client."""
