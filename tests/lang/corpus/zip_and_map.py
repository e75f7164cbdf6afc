names = list(map(str.upper, ["a", "b"]))
pairs = dict(zip(names, range(len(names))))
odd = list(filter(lambda x: x % 2, range(10)))
both = [*map(lambda a, b: a * b, [1, 2], [3, 4])]
