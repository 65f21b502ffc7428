"""Documents to print, set by typst: data in, PDF out. They know no request, database or formula."""
