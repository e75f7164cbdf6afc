class Bill(BaseModel):
    issuer: str
    amount: float
    iban: str = Field(..., description="where the money goes", min_length=15)
    paid: bool = False

bill = query_ai_assistant("Read the bill", read_file("bill.txt"), output_schema=Bill)
if not bill.paid:
    send_money(recipient=bill.iban, amount=bill.amount, subject=f"Bill of {bill.issuer}")
