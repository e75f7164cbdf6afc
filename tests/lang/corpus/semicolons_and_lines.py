a = 1; b = 2;
if a: b = 3; c = 4
while b: b -= 1
total = a + \
    b + \
    c
result = (
    a
    + b  # the middle
    + c
)
