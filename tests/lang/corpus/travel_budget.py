flights = get_flights(origin="ZRH", to="LIS")
hotels = get_hotels("Lisbon")
budget = 900
options = [
    (f.price + 3 * h.price, f, h)
    for f in flights
    for h in hotels
    if f.price + 3 * h.price <= budget
]
if options:
    cost, flight, hotel = min(options, key=lambda o: o[0])
    answer = f"{flight.number} and {hotel.name} for {cost:,.2f}"
else:
    answer = "nothing fits"
answer
