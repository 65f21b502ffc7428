"""Workbooks: one sheet of an .xlsx becomes a CSV, which the same reading as any other file's takes."""
