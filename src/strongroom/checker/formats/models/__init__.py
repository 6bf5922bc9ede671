"""Fitted models: pickles, PyTorch, Keras, ONNX, safetensors; none is ever loaded."""
