hotels = get_hotels(city="Paris")
prices = get_prices(hotels)
ratings = {h: get_rating(h) for h in hotels}
best = None
for hotel in hotels:
    if prices[hotel] > 200 or ratings[hotel] < 4.2:
        continue
    if best is None or ratings[hotel] > ratings[best]:
        best = hotel
reserve(hotel=best, start="2024-11-10", end="2024-11-12") if best else None
