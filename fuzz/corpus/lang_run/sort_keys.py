rows = get_rows()
rows.sort(key=lambda r: (-r["score"], r["name"]))
top3 = rows[:3]
names = [r["name"].title() for r in top3]
table = "\n".join("{:<10}|{:>5}".format(r["name"], r["score"]) for r in top3)
