"""All of a client in one file: written, checked, and brought into another agency or installation."""
