failed = []
for path in ["a.txt", "b.txt", "c.txt"]:
    try:
        delete_file(path)
    except ToolError:
        failed.append(path)
        continue
    finally:
        log(path)
if failed: print("could not delete", *failed, sep="\n")
