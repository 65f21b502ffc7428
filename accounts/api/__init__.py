"""The API's own drawers of accounts: ways in, errors, pages, and the clients themselves.

What other apps build their endpoints from is in `views`.
"""
