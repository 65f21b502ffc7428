"""A client or an agency goes for good, after an export and a time to think."""
