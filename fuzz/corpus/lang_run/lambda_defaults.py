adders = [lambda x, n=n: x + n for n in range(3)]
apply = lambda f, *a, **k: f(*a, **k)
nothing = lambda: None
ternary = lambda x: "a" if x else "b"
sum(map(lambda p: p[0] * p[1], pairs))
