# a plan with notes
def f():
    # nothing yet
    pass  # here

    # after

f()
# the end
