import re

pattern = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.", re.I)
match = pattern.search(text)
if match:
    day, month = match.group("day"), match["month"]
case = re.sub(r"\s+", " ", text).strip()
