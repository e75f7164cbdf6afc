def place(a, b=2, /, c=3, *, d, e=5, **rest):
    return (a, b, c, d, e, rest)

place(1, d=4)
f = lambda a, /, *b, c=1, **d: (a, b, c, d)
g = lambda *, k: k
