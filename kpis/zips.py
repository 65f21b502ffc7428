"""Zip files from outside: what may be unpacked, and what reading a bad one raises. Pure."""

import zipfile
import zlib

#: What bzip2 and LZMA unpack to comes in one piece of any size, whatever the file's own list says.
IN_STEPS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

#: What a damaged, truncated, encrypted or oddly packed file raises; a name that is no text, a ValueError.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError)
