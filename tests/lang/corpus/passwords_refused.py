note = read_file("account.txt")

class Account(BaseModel):
    owner: str
    number: int

account = parse_with_ai(note, Account)
send_mail(recipients=["me@example.com"], subject="Account", body=f"Owner: {account.owner}\nNumber: {account.number:08d}")
