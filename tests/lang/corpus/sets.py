a = {1, 2, 3}
b = {x % 3 for x in a if x > 1}
c = {*a, *b} - {1}
d = a & b | c ^ {4}
e = frozenset(a) <= frozenset(c)
