name = "Ann"
w = 10
p = 2
a = f"{name}"
b = f"{name!r:>{w}}|{3.14159:{w}.{p}f}|{name=}|{ w + 1 = :04d}"
c = f"{{literal}} {'a' if w else 'b'} {d['k']} {len([x for x in range(3)])}"
d = f'{", ".join(str(i) for i in range(3))}'
e = (f"one {name} "
     f"two {w} "
     "three {not a field}")
f = rf"\d+{w}\n" f"{'x'!s}"
g = f"""
{name:
}"""
