class TooMuch(Exception):
    pass

def pay(amount, limit=500):
    if amount > limit:
        raise TooMuch(f"{amount} > {limit}")
    return amount

try:
    pay(1000)
except TooMuch as e:
    message = e.args[0]
else:
    message = "paid"
