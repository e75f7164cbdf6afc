(a) = (1)
((b)), (c) = (2, 3)
x = (a + b) * c
y = ((((x))))
(x).y
("a" "b").upper()
(f)(x)
(lambda: 0)()
not(a)
-(a)
