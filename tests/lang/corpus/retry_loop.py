attempts = 0
result = None
while result is None and attempts < 3:
    try:
        result = fetch(url="https://example.org/data")
    except ToolError as error:
        attempts += 1
        last = str(error)
else:
    done = result is not None
