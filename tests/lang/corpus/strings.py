a = 'single' "double" '''triple
with lines''' """and "quotes" inside"""
b = "\t\n\\ \x41 \u00e9 \U0001F600 \101 \
continued"
c = r"raw\n" u"plain"
d = "é ü € 😀"
e = ""
