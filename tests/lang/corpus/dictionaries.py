a = {}
b = {"x": 1, "y": {"z": [1, 2]}, 3: None, (1, 2): "t",}
c = {k: v for k, v in b.items() if k != "x"}
d = {**a, **b, "last": True}
b["y"]["z"][0] += 1
del b["x"], d["last"]
e = [*d.keys()]
