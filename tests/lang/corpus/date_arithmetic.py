import datetime as dt

today = dt.date(2024, 5, 15)
monday = today - dt.timedelta(days=today.weekday())
week = [monday + dt.timedelta(days=i) for i in range(7)]
free = [d.isoformat() for d in week if d not in busy and d.weekday() < 5]
