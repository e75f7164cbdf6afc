files = list_files()
large = [f for f in files if f.size > 2 ** 20]
newest = max(files, key=lambda f: f.modified, default=None)
by_owner: dict[str, int] = {}
for f in files:
    by_owner[f.owner] = by_owner.get(f.owner, 0) + f.size
largest_owner, size = max(by_owner.items(), key=lambda kv: kv[1])
