"""Columns of the table of faces, and entries of the kernel's parameter array."""

# A face: its dimension, its boundary in the pool, the face of the layer's start it lies in, what
# the unit STAMP cut it into, the ends of an edge before cuts, and the units that made it.
DIM, START, LENGTH, ORIGIN, CHILD, MIDDLE, STAMP, ROOT_U, ROOT_W, ZEROS = range(10)
FACE_COLUMNS = ZEROS + 5

# Read and updated by the kernel: sizes in use, where it stands, and what it works on.
(
    VERTICES, FACES, POOL, ENTRIES, UNIT, LEVEL, POINTER, CELLS,
    HELP, ANSWERED, DIMENSION, UNITS, INTEGER, MAX_CELLS,
) = range(14)  # fmt: skip
PARAMETERS = 14
NEVER = 2**32 - 1  # the stamp of a face that no unit of the layer has cut
FRESH = -2  # the pointer before the list of a unit and level is read

# Why the kernel returned.
DONE, GROW, UNDECIDED, OVERFLOW, ENOUGH, INCONSISTENT = range(6)
