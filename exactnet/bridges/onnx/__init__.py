"""ONNX files, in and out; ``library`` is the one module that needs the package."""
