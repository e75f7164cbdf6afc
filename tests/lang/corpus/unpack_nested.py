data = [("a", (1, 2)), ("b", (3, 4))]
for name, (low, high) in data:
    print(name, low, high)
[(first, *_), *others] = data
a, b, *_, c = range(10)
for k, in [(1,), (2,)]: total += k
