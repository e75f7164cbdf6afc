assert True
assert len(rows) > 0, "no rows"
assert (x := compute()) == 3, f"got {x}"
assert isinstance(rows, list) and all(r for r in rows)
