"""The call that makes a stage, in the original's TensorFlow 1 code, with all its arguments."""
