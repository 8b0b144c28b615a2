"""Pictures. The only room where exact numbers become floats, for drawing."""
