matches = search_files(query="hiking")
if len(matches) == 1:
    (file,) = matches
    share_file(file.id, email="kate@example.com", permission="r")
elif matches:
    names = sorted({m.filename for m in matches})
else:
    names = []
