"""``python -m sandan_lib.pictures``: draw for others."""

from sandan_lib.lean import end_now
from sandan_lib.pictures.drawer import main

if __name__ == "__main__":
    main()
    end_now(0)
