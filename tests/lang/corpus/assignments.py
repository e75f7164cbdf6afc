a = b = c = 0
x, y = y, x
(p, q), [r, *s] = (1, 2), [3, 4, 5]
t = 1,
u: int = 3
v: list[str]
w: dict[str, list[int]] = {}
obj.field = data["k"][0].name = None
a += 1; b -= 2; c *= 3
a //= 2; b %= 2; c **= 2
a <<= 1; b >>= 1; c |= 1; a &= 7; b ^= 1; c /= 2
for i, (j, k) in enumerate(pairs): pass
