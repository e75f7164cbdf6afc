table = [[r * c for c in range(1, 4)] for r in range(1, 4)]
flat = [v for row in table for v in row if v % 2 if v > 2]
pairs = {(a, b): a + b for a in range(3) for b in range(a)}
total = sum(x * y for x, y in zip(flat, flat[1:]))
any(v > 5 for v in flat) and all(isinstance(v, int) for v in flat)
