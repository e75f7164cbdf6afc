age = get_age()
ok = 0 < age <= 120 != 13
same = a is b is not c
inside = x in y not in z
