messages = list_messages(folder="inbox", limit=50)
total = 0.0
for message in messages:
    if "invoice" in message.subject.lower():
        total += message.amount
print(f"Open invoices: {total:.2f}")
