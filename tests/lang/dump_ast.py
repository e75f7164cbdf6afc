# SPDX-License-Identifier: Apache-2.0
"""Prints CPython's trees in the form of src/lang/dump.h.

Standard input: programs, each as a line with its length in bytes and then its bytes.
Standard output: a line each. "tree T": ast.parse gives T and the program compiles. "late T": ast.parse
gives T, compile() refuses it. "refused MESSAGE": ast.parse refuses it.
"""

import ast
import struct
import sys
import warnings

formats = 0  # how many f-strings are around the node: no places in them


def quoted(text):
    out = []
    for byte in text.encode("utf-8", "surrogatepass"):
        plain = 32 <= byte <= 126 and byte not in (34, 92)
        out.append(chr(byte) if plain else "\\x%02x" % byte)
    return '"' + "".join(out) + '"'


def head(kind, n):
    return "(%s@" % kind if formats else "(%s@%d:%d" % (kind, n.lineno, n.col_offset)


def many(nodes):
    return "[" + "".join(" " + show(n) for n in nodes) + " ]"


def constant(n):
    v = n.value
    if v is None or v is True or v is False:
        return head(str(v), n) + ")"
    if v is ...:
        return head("Ellipsis", n) + ")"
    if isinstance(v, int):
        return "%s %x)" % (head("Int", n), v)
    if isinstance(v, float):
        return "%s %s)" % (head("Float", n), struct.pack(">d", v).hex())
    if isinstance(v, str):
        return "%s %s)" % (head("Str", n), quoted(v))
    return head("Other", n) + " %r)" % (v,)


def joined(n):
    global formats
    start = head("JoinedStr", n)
    formats += 1
    out = "%s %s)" % (start, many(n.values))
    formats -= 1
    return out


def formatted(n):
    by = "_" if n.conversion == -1 else chr(n.conversion)
    return "%s %s %s %s)" % (head("FormattedValue", n), show(n.value), by, show(n.format_spec))


def compare(n):
    tails = "".join(
        " (tail %s %s)" % (type(op).__name__, show(right)) for op, right in zip(n.ops, n.comparators)
    )
    return "%s %s [%s ])" % (head("Compare", n), show(n.left), tails)


def parameters(a):
    plain = a.posonlyargs + a.args
    defaults = [None] * (len(plain) - len(a.defaults)) + a.defaults

    def one(kind, arg, default=None):
        return " %s %s %s %s)" % (head(kind, arg), arg.arg, show(arg.annotation), show(default))

    out = []
    for i, (arg, default) in enumerate(zip(plain, defaults)):
        out.append(one("arg", arg, default))
        if a.posonlyargs and i + 1 == len(a.posonlyargs):
            out.append(" (/)")
    if a.vararg:
        out.append(one("vararg", a.vararg))
    elif a.kwonlyargs:
        out.append(" (*)")
    out += [one("arg", arg, default) for arg, default in zip(a.kwonlyargs, a.kw_defaults)]
    if a.kwarg:
        out.append(one("kwarg", a.kwarg))
    return "[" + "".join(out) + " ]"


def function(n):
    return "%s %s %s %s %s)" % (
        head("FunctionDef", n), n.name, parameters(n.args), show(n.returns), many(n.body))


def class_(n):
    return "%s %s %s %s %s %s)" % (
        head("ClassDef", n), n.name, many(n.bases), many(n.keywords), many(n.decorator_list), many(n.body))


def clause(n):
    return "(for %s %s %s)" % (show(n.target), show(n.iter), many(n.ifs))


def import_from(n):
    return "%s %s%s %s)" % (head("ImportFrom", n), "." * n.level, n.module or "", many(n.names))


# Kinds whose form is their name and these fields in order.
FIELDS = {
    "Name": "id", "Tuple": "elts", "List": "elts", "Set": "elts", "Dict": "keys values", "Starred": "value",
    "Attribute": "value attr", "Subscript": "value slice", "Slice": "lower upper step",
    "Call": "func args keywords", "keyword": "arg value", "UnaryOp": "op operand", "BinOp": "left op right",
    "BoolOp": "op values", "IfExp": "test body orelse", "NamedExpr": "target value",
    "ListComp": "elt generators", "SetComp": "elt generators", "GeneratorExp": "elt generators",
    "DictComp": "key value generators", "Expr": "value", "Assign": "targets value",
    "AugAssign": "target op value", "AnnAssign": "target annotation value", "Delete": "targets", "Pass": "",
    "Break": "", "Continue": "", "If": "test body orelse", "While": "test body orelse",
    "For": "target iter body orelse", "Try": "body handlers orelse finalbody", "Raise": "exc cause",
    "Assert": "test msg", "Return": "value", "Import": "names", "alias": "name asname",
}
SPECIAL = {
    ast.Constant: constant, ast.JoinedStr: joined, ast.FormattedValue: formatted, ast.Compare: compare,
    ast.FunctionDef: function, ast.ClassDef: class_, ast.comprehension: clause, ast.ImportFrom: import_from,
    ast.Lambda: lambda n: "%s %s %s)" % (head("Lambda", n), parameters(n.args), show(n.body)),
    ast.ExceptHandler: lambda n: "%s %s %s %s)" % (
        head("handler", n), show(n.type), n.name or "_", many(n.body)),
    ast.Global: lambda n: "%s %s)" % (head("Global", n), " ".join(n.names)),
    ast.Nonlocal: lambda n: "%s %s)" % (head("Nonlocal", n), " ".join(n.names)),
    ast.Module: lambda n: "(Module %s)" % many(n.body),
}
FIELDS = {getattr(ast, name): (name, fields.split()) for name, fields in FIELDS.items()}


def show(n):
    if n is None:
        return "_"
    if isinstance(n, str):
        return n
    if isinstance(n, list):
        return many(n)
    if type(n) in SPECIAL:
        return SPECIAL[type(n)](n)
    if type(n) not in FIELDS:
        return type(n).__name__  # an operator
    name, fields = FIELDS[type(n)]
    return head(name, n) + "".join(" " + show(getattr(n, f)) for f in fields) + ")"


def answer(source):
    global formats
    formats = 0
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
        return "refused " + str(e).replace("\n", " ")
    shown = show(tree)
    try:
        compile(source, "plan", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "late " + shown
    return "tree " + shown


def main():
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(20000)
    read = sys.stdin.buffer
    for line in read:
        source = read.read(int(line))
        try:
            out = answer(source.decode("utf-8"))
        except UnicodeDecodeError:
            out = "refused: not UTF-8"
        sys.stdout.write(out.replace("\n", " ") + "\n")


main()
