history = get_transactions(n=100)
rent = next((t for t in history if "rent" in t.subject.lower()), None)
assert rent is not None, "no rent was ever paid"
update_transaction(id=rent.id, amount=rent.amount * 1.1 if rent.amount else 1_200)
