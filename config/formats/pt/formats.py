"""Portuguese writes its months in small letters, as in CLDR; Django has them with capitals."""

DATE_FORMAT = r"j \d\e b\. \d\e Y"
DATETIME_FORMAT = r"j \d\e b\. \d\e Y à\s H:i"
