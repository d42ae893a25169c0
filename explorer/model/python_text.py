"""What every reader of Python's syntax takes, Python's own and NumPy's, which reads headers so."""

import threading

# Python 3.11 counts how deep it goes for all threads together: two at once may lose count, and
# then even a sound text fails.
parsing = threading.Lock()
