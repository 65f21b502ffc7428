"""Exchange rates: files of them, typed ones, and what is missing."""
