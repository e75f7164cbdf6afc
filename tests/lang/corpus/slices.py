text = read_file("log.txt")
head, tail = text[:100], text[-100:]
every = text[::2]
back = text[::-1]
middle = text[10:-10:3]
matrix = [[1, 2], [3, 4]]
cell = matrix[1][0]
