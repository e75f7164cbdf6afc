for x in items:
	if x:
		use(x)
	else:
		drop(x)
