count = 0

def bump():
    global count
    count += 1

for _ in range(10):
    bump()
    if count == 5:
        break
else:
    count = -1
