"""A year of a small agency's client: as rows, entered by hand, by the API, from files, and compared."""
