def read(path):
    try:
        return json.loads(read_file(path))
    except ValueError as e:
        raise RuntimeError(f"{path!r} is no JSON") from e
    except (KeyError, TypeError):
        raise
    finally:
        note("read", path)
