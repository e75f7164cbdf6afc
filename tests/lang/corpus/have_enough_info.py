class Answer(BaseModel):
    have_enough_info: bool
    street: str
    city: str

answer = query_ai_assistant(query=f"Where does {person} live?", output_schema=Answer)
if not answer.have_enough_info:
    raise NotEnoughInformationError()
address = ", ".join([answer.street, answer.city])
