"""The lists, one module per group of them."""
